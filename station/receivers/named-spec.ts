import { err, ok, type Result } from '../../shared/domain/index.ts';

/** A receiver as the command line or the settings name it. */
export interface NamedSpec {
  receiverId: string;
  /** false: nobody named it, so it stands at no lane in particular. */
  named: boolean;
  /** As `createReceiver` takes it. */
  spec: string;
}

const maxReceivers = 32;

/**
 * `entrance=hci-uart:/dev/ttyACM0` → name and spec; without a name it is called `receiver-1`, `-2`, …
 * Error: a sentence for the operator.
 */
export function parseNamedSpecs(texts: readonly string[]): Result<NamedSpec[], string> {
  if (texts.length > maxReceivers) return err(`more than ${maxReceivers} receivers`);
  const specs: NamedSpec[] = [];
  const taken = new Set<string>();
  for (const [index, text] of texts.entries()) {
    const match = /^(?:([\p{L}\p{N}][\p{L}\p{N} ._-]{0,39})=)?([a-z][a-z0-9-]*(?::.*)?)$/u.exec(text);
    const spec = match?.[2];
    if (match === null || spec === undefined) {
      return err(`"${text}" is no receiver; write [name=]kind:where, such as bay-1=hci-uart:/dev/ttyACM0`);
    }
    const receiverId = match[1] ?? `receiver-${index + 1}`;
    if (taken.has(receiverId)) return err(`two receivers are called "${receiverId}"`);
    taken.add(receiverId);
    specs.push({ receiverId, named: match[1] !== undefined, spec });
  }
  return ok(specs);
}
