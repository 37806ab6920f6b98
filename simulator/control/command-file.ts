/**
 * A file of verbs, one JSON object per line, followed as it grows (like `tail -f`): what is in it at
 * the start is carried out, then every line that is appended. Lines run one after the other.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { type Cancel, type Clock, every } from '../../shared/domain/index.ts';
import type { Lot } from '../lot/index.ts';

const lookEveryMs = 200;
const chunkBytes = 64 * 1024;
/** A line longer than this is not a verb; it is reported and skipped. */
const lineMostBytes = 16 * 1024;

export type CommandResult =
  | { line: string; ok: true; answer: Record<string, unknown> }
  | { line: string; ok: false; text: string };

/** @returns stop following */
export function followCommandFile(
  path: string,
  lot: Lot,
  clock: Clock,
  report: (result: CommandResult) => void,
): Cancel {
  let offset = 0;
  let running: Promise<void> = Promise.resolve();
  const run = async (line: string): Promise<void> => {
    try {
      if (line.length > lineMostBytes) throw new Error('the line is too long');
      report({ line, ok: true, answer: await lot.do(JSON.parse(line)) });
    } catch (error) {
      report({
        line: line.slice(0, 200),
        ok: false,
        text: error instanceof Error ? error.message : String(error),
      });
    }
  };
  const look = () => {
    const read = readFrom(path, offset);
    if (read === null) return;
    offset = read.nextOffset;
    for (const line of read.text.split('\n')) {
      if (line.trim() !== '' && !line.startsWith('#')) running = running.then(() => run(line));
    }
  };
  look();
  return every(clock, lookEveryMs, look);
}

function readFrom(path: string, offset: number): { text: string; nextOffset: number } | null {
  if (!existsSync(path)) return null;
  const file = openSync(path, 'r');
  try {
    // A file that became shorter was written anew.
    let at = fstatSync(file).size < offset ? 0 : offset;
    const from = at;
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.alloc(chunkBytes);
      const got = readSync(file, chunk, 0, chunkBytes, at);
      if (got === 0) break;
      at += got;
      chunks.push(chunk.subarray(0, got));
    }
    // Only whole lines are taken, so that a character cut in two is read again with its other half.
    const bytes = Buffer.concat(chunks);
    const lastLine = bytes.lastIndexOf(0x0a) + 1;
    return { text: bytes.subarray(0, lastLine).toString('utf8'), nextOffset: from + lastLine };
  } finally {
    closeSync(file);
  }
}
