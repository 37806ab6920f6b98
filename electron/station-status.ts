/** How the station's process is, as the shell tells the window (see station-process.ts for the picture). */
export type StationProcessStatus =
  | { state: 'starting' }
  | { state: 'running' }
  /** It ended by itself; the next start comes after `retryInMs`. `failure` is its own sentence, if it left one. */
  | { state: 'waiting'; retryInMs: number; failures: number; failure: StationFailure | null }
  | { state: 'stopping' }
  | { state: 'stopped' };

export interface StationFailure {
  code: string;
  message: string;
}
