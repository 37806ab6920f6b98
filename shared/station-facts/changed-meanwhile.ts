/**
 * A save says what its screen was showing (`seen`). What is otherwise now, and not as it is asked for, was changed by
 * somebody else meanwhile: the save is refused, instead of undoing the other's work unseen.
 */

/** What is not there and what is null say the same. */
export function sameValue(one: unknown, other: unknown): boolean {
  const [a, b] = [one ?? null, other ?? null];
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) =>
    sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}

/** @returns which of the asked fields somebody else changed; a field that was not `seen` is not judged. */
export function changedMeanwhile<T extends object>(
  now: T,
  seen: Partial<T> | undefined,
  asked: Partial<T>,
): (keyof T & string)[] {
  if (seen === undefined) return [];
  return (Object.keys(asked) as (keyof T & string)[]).filter(
    (key) => key in seen && !sameValue(now[key], seen[key]) && !sameValue(now[key], asked[key]),
  );
}
