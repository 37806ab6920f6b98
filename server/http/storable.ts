/** Text that no store of ours takes: NUL, and halves of characters (surrogates that stand alone). */

/** Only so JSON can write them; what matches is looked at. */
const suspicious = /\\u(?:0000|d[89a-f])/i;

/** @param text of the JSON that `value` was read from */
export function isStorable(text: string, value: unknown): boolean {
  if (!suspicious.test(text)) return true;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') {
      if (next.includes('\0') || !next.isWellFormed()) return false;
    } else if (typeof next === 'object' && next !== null) {
      for (const [name, part] of Object.entries(next)) open.push(name, part);
    }
  }
  return true;
}
