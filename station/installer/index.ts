/** What the installer does with the radio. The one door of this folder. */
export { Installer, type InstallerDeps, keptBeacon, laneReceiversKey, testBeaconKey } from './installer.ts';
export { parseReceiverBook, type ReceiverBook, receiverBookKey } from './receiver-book.ts';
