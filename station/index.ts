/** The station. The one door for programs that start it. */
export { type Station, type StationOptions, type StationStartError, startStation } from './station.ts';
