export { DailyLog } from './daily-log.ts';
export type { StatementLine } from './reconcile.ts';
