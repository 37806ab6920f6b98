/**
 * Keeps cards still while a hand is at the board: known cards stay where they are, new ones join at
 * the end, gone ones leave. When the hand has gone, the wanted order is taken over at once.
 */
export function steadyOrder(
  shown: readonly string[],
  wanted: readonly string[],
  handAtBoard: boolean,
): string[] {
  if (!handAtBoard) return [...wanted];
  const stay = new Set(wanted);
  const kept = shown.filter((id) => stay.has(id));
  const known = new Set(kept);
  return [...kept, ...wanted.filter((id) => !known.has(id))];
}

/** The hand counts as being at the board for this long after it last touched or moved. */
export const handLingersMs = 1_500;
