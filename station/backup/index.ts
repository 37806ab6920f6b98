export { Backups, backupsKept } from './backups.ts';
export { checkRecords } from './check-records.ts';
