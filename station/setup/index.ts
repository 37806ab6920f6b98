/** First start, command line, log. The one door of this folder. */
export { parseStationArguments, type StationArguments, usage } from './arguments.ts';
export { demoPeople, demoSite } from './demo.ts';
export { enrolmentKey } from './enrolment-key.ts';
export { type FirstStart, firstStart } from './first-start.ts';
export {
  createStationLog,
  errorFields,
  type Log,
  type LogEventId,
  type LogLevel,
  type StationLog,
  silentLog,
} from './logging.ts';
export { productVersion } from './product-version.ts';
