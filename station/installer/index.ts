/** What the installer does with the radio. The one door of this folder. */
export { Installer, type InstallerDeps } from './installer.ts';
export { keptBeacon, testBeaconKey } from './kept-beacon.ts';
export { laneReceiversKey } from './lane-commands.ts';
export { parseReceiverBook, type ReceiverBook, receiverBookKey } from './receiver-book.ts';
export { analyseWalk, lanesWith, suggestLanes } from './walk-analysis.ts';
export { lessonsOf } from './walk-lessons.ts';
export { readWalk, type WalkedBefore } from './walked-before.ts';
