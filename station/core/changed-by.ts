/** Who changed a setting last, so that whoever comes too late is told whom to ask. Kept with the change itself. */
import type { Person } from '../../shared/station-contract/index.ts';
import type { Tx } from '../records/index.ts';

interface Meta {
  get(key: string): string | null;
  set(key: string, value: string): void;
}

interface Kept {
  /** null: nobody; the payment server, or a first start. */
  person: Person | null;
  atMs: number;
}

const keyOf = (part: string): string => `changed-by:${part}`;

/** In the transaction of the change. */
export function noteChangedBy(meta: Meta, tx: Tx, parts: readonly string[]): void {
  const kept: Kept = { person: tx.actor?.person ?? null, atMs: tx.nowMs };
  for (const part of parts) meta.set(keyOf(part), JSON.stringify(kept));
}

/** Of several parts the newest; null: not known. */
export function lastChangedBy(meta: Meta, parts: readonly string[]): Person | null {
  const known = parts.flatMap((part) => {
    const text = meta.get(keyOf(part));
    return text === null ? [] : [JSON.parse(text) as Kept];
  });
  return known.toSorted((a, b) => b.atMs - a.atMs)[0]?.person ?? null;
}
