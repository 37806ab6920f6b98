export { newestVersion } from './migrate.ts';
export { migrations } from './migrations/index.ts';
export { applicationId, databaseFileName, openStationDatabase, type StationDatabase } from './open.ts';
export type { OpenError, OpenErrorCode } from './open-error.ts';
export { pendingRestoreName, restoreNoteName } from './pending-restore.ts';
export * as schema from './schema.ts';
