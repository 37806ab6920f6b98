/** What a jack within reach usually measures. */
const usual = { fromDbm: -105, toDbm: -35 };
/** So that neither a line nor the words at a limit lie on the edge. */
const airDb = 5;

/** From where to where the chart's levels go: the usual range, and whatever is drawn outside of it. */
export function levelRange(drawn: readonly (number | null | undefined)[]): [number, number] {
  const levels = drawn.filter((dbm) => dbm !== null && dbm !== undefined);
  const lowest = Math.min(...levels.map((dbm) => dbm - airDb));
  const highest = Math.max(...levels.map((dbm) => dbm + airDb));
  return [Math.min(usual.fromDbm, lowest), Math.max(usual.toDbm, highest)];
}
