/** The command line's options, read once and checked where they are wanted. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { App } from '../app.ts';

const options = {
  help: { type: 'boolean', default: false },
  data: { type: 'string', default: '.data/server' },
  'database-url': { type: 'string' },
  'master-key-file': { type: 'string' },
  name: { type: 'string' },
  'name-ko': { type: 'string' },
  currency: { type: 'string' },
  'time-zone': { type: 'string' },
  'reservation-maximum': { type: 'string' },
  approval: { type: 'string' },
  'approval-seconds': { type: 'string' },
  'jack-required-from': { type: 'string' },
  'handover-check': { type: 'string' },
  site: { type: 'string' },
  jack: { type: 'string' },
  code: { type: 'string' },
  driver: { type: 'string' },
  cart: { type: 'string' },
  number: { type: 'string' },
  file: { type: 'string' },
  format: { type: 'string' },
  replace: { type: 'boolean', default: false },
  'after-hours': { type: 'string' },
  outcome: { type: 'string' },
  off: { type: 'boolean', default: false },
  'idle-minutes': { type: 'string' },
  'spot-check-from': { type: 'string' },
  'spot-check-per-mille': { type: 'string' },
} satisfies ParseArgsConfig['options'];

type TextOption = {
  [Name in keyof typeof options]: (typeof options)[Name]['type'] extends 'string' ? Name : never;
}[keyof typeof options];

/** Opens the store, or gives it when it is open. Asked for only when everything was read of the options and is right. */
export type Opened = () => Promise<App>;

/** What a command answers; null: there is no such thing. */
export type AdminCommand = (
  opened: Opened,
  options: AdminOptions,
  complain: (line: string) => void,
) => Promise<unknown>;

/** The command is wrong: what is missing or not understood, and how it is written. */
export class WrongCommand extends Error {
  override readonly name = 'WrongCommand';
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export class AdminOptions {
  readonly command: string;
  /** What stands there beside the command and its options: a value without its option's name, mostly. */
  readonly rest: readonly string[];
  /** The names of the options that were given. */
  readonly given: readonly string[];
  readonly #values: ReturnType<typeof read>['values'];

  /** @throws WrongCommand for an option that there is not */
  constructor(args: string[]) {
    let parsed: ReturnType<typeof read>;
    try {
      parsed = read(args);
    } catch (error) {
      throw new WrongCommand(error instanceof Error ? error.message : String(error));
    }
    this.#values = parsed.values;
    this.command = parsed.values.help ? 'help' : (parsed.positionals[0] ?? '');
    this.rest = parsed.positionals.slice(1);
    this.given = parsed.tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  }

  is(name: 'replace' | 'off'): boolean {
    return this.#values[name];
  }

  text(name: TextOption): string | undefined {
    return this.#values[name];
  }

  needed(name: TextOption): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw new WrongCommand(`--${name} is missing.`);
    return value;
  }

  id(name: 'site' | 'jack' | 'driver' | 'cart'): string {
    const value = this.needed(name);
    if (!uuid.test(value)) throw new WrongCommand(`--${name} wants an id (a UUID).`);
    return value;
  }

  /** Undefined where it is not given. */
  whole(name: TextOption, from: number, to: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = /^[0-9]{1,13}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= from && number <= to)) {
      throw new WrongCommand(`--${name} is a whole number from ${from} to ${to}.`);
    }
    return number;
  }

  /** Whole minor units; null for the word that means none; undefined where it is not given. */
  amount(name: TextOption, none: string): number | null | undefined {
    return this.text(name) === none ? null : this.whole(name, 0, 1_000_000_000_000);
  }

  oneOf<T extends string>(name: TextOption, choices: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const choice = choices.find((c) => c === value);
    if (choice === undefined) throw new WrongCommand(`--${name} is one of: ${choices.join(', ')}.`);
    return choice;
  }
}

function read(args: string[]) {
  return parseArgs({ args, allowPositionals: true, options, tokens: true });
}
