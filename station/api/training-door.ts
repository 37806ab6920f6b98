/**
 * What a training station lets its kiosk do: the work of the shop floor. All that could reach a device, a file
 * or another program (receivers, printers, backups, enrolment, recordings) stays shut, also what is added to
 * the contract later: a folder is open here only when it stands in this list.
 */
const openFolders: ReadonlySet<string> = new Set([
  'session',
  'board',
  'visits',
  'pickups',
  'refuels',
  'charges',
  'carts',
  'menu',
  'log',
  'dailyLog',
  'shifts',
]);

export function openInTraining(path: readonly string[]): boolean {
  return openFolders.has(path[0] ?? '');
}
