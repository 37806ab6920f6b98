export { DailyLog } from './daily-log.ts';
