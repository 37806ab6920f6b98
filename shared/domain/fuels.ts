/** What a car burns. Grades a site sells are the site's own; each belongs to one fuel. */
export const fuels = ['gasoline', 'premium-gasoline', 'diesel', 'lpg', 'electric', 'hydrogen'] as const;
export type Fuel = (typeof fuels)[number];

/** Would this grade's fuel harm a car registered for another? Premium in a gasoline car does not. */
export function fuelMismatch(registered: Fuel | null, chosen: Fuel): boolean {
  if (registered === null || registered === chosen) return false;
  const gasolines: Fuel[] = ['gasoline', 'premium-gasoline'];
  return !(gasolines.includes(registered) && gasolines.includes(chosen));
}
