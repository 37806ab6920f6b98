export { databaseFileName, openStationDatabase, type StationDatabase } from './open.ts';
export type { OpenError, OpenErrorCode } from './open-error.ts';
export * as schema from './schema.ts';
