/**
 * The station's log: declared events only, each with a fixed sentence and level. Details are codes,
 * counts and ids; never a plate, a code from the air, a PIN or a token.
 */
import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** Every event the station may log: its level and its sentence. */
export const logEvents = {
  'station.started': ['info', 'The station opened its data and starts.'],
  'station.ready': ['info', 'The station serves its kiosk.'],
  'station.stopping': ['info', 'The station was asked to stop.'],
  'station.stopped': ['info', 'The station stopped cleanly.'],
  'station.crashed': ['error', 'An error nobody caught: the station stops, a supervisor restarts it.'],
  'station.refused-start': ['error', 'The station could not open its data.'],
  'api.error': ['error', 'A call failed for a reason nobody foresaw.'],
  'api.malformed': ['warn', 'A kiosk sent something that is no call; its connection was closed.'],
  'api.flooded': ['warn', 'A kiosk sent more calls than may be open; its connection was closed.'],
  'api.sign-in-limited': ['warn', 'Too many sign-in attempts on one connection.'],
  'http.refused': ['warn', 'A request from a foreign page or host name was refused.'],
  'http.failed': ['error', 'A request failed for a reason nobody foresaw.'],
  'tls.authority-made': [
    'warn',
    'An authority for the certificates of this station was made; devices that trusted another must trust it anew.',
  ],
  'tls.certificate-made': ['info', 'The certificate for kiosks on the network was made or renewed.'],
  'kiosks.network-on': ['info', 'Other kiosks on the network are served.'],
  'kiosks.network-off': ['info', 'Other kiosks on the network are no longer served.'],
  'kiosks.network-failed': ['error', 'Other kiosks on the network cannot be served; it is tried again.'],
  'kiosks.join-refused': ['warn', 'A device tried to join with a code that is not valid.'],
  'kiosks.joined': ['info', 'A device joined as a kiosk.'],
  'kiosks.shut-out': ['info', 'A removed kiosk was cut off.'],
  'receiver.health': ['info', 'A receiver changed its state.'],
  'receiver.alarm': ['error', 'A receiver hears nothing, or is lost again and again: the radio is impaired.'],
  'records.not-kept': [
    'error',
    'Something the station did by itself could not be kept: disk full or read-only.',
  ],
  'clock.corrected': ['warn', 'The clock of this machine was corrected; what is going on moved with it.'],
  'presence.failed': ['error', 'A presence could not be taken over.'],
  'server.connected': ['info', 'The payment server is reached.'],
  'server.lost': ['warn', 'The payment server is not reached; work goes on and is queued.'],
  'server.refused': ['error', 'The payment server refuses the credential of this site.'],
  'server.credential-not-renewed': [
    'warn',
    'The credential of this site could not be renewed; the one before still works.',
  ],
  'server.enrolled': ['info', 'The site was enrolled at the payment server.'],
  'server.enrolment-failed': ['error', 'The site could not be enrolled.'],
  'server.news-failed': [
    'error',
    'News from the payment server could not be taken over; they are asked for again.',
  ],
  'server.news-unknown': [
    'warn',
    'The payment server told of something this version does not know or cannot read; it was passed over.',
  ],
  'server.carts-failed': ['debug', 'How the carts are could not be fetched; it is asked again.'],
  'server.expected-list': ['debug', 'The list of expected codes was fetched.'],
  'server.list-refused': [
    'error',
    'A list of expected codes was not signed by the payment server; the old one stays.',
  ],
  'server.key-changed': ['info', 'The payment server signs with a new key, vouched for by the one before.'],
  'server.lookup-failed': ['warn', 'The outcome of a payment could not be looked up.'],
  'training.started': ['info', 'Somebody began to train, on a lot of its own.'],
  'training.failed': ['warn', 'A training station did not start.'],
  'training.not-prepared': [
    'warn',
    'What trainings begin from could not be made ahead; the first one makes it.',
  ],
  'training.finished': ['info', 'An exercise was finished.'],
  'training.not-noted': ['warn', 'A finished exercise could not be noted.'],
  'training.ended': ['info', 'A training ended and left nothing behind.'],
  'outbox.sent': ['debug', 'A mark reached the payment server.'],
  'outbox.postponed': ['info', 'A mark could not be sent and is tried again.'],
  'outbox.refused': ['error', 'The payment server refused a mark; a manager must look.'],
} as const satisfies Record<string, readonly [Level, string]>;
export type LogEventId = keyof typeof logEvents;

/** Where events go. Fields hold codes, counts and ids. */
export type Log = (event: LogEventId, fields?: Record<string, unknown>) => void;

export interface StationLog {
  log: Log;
  /** Writes out what is buffered; called before the process ends. */
  flush(): void;
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const maxFileBytes = 10 * 1024 * 1024;
const eventsBetweenLooks = 200;

/** Logs to `<dataDir>/station.log` (the one before it is `station.log.1`; each at most about 10 MB) and standard error. */
export function createStationLog(dataDir: string, level: LogLevel): StationLog {
  const path = join(dataDir, 'station.log');
  turnOver(path);
  const file = pino.destination({ dest: path, mkdir: true, sync: true, mode: 0o600 });
  let events = 0;
  const console = pino.destination({ dest: 2, sync: true });
  const streamLevel = level === 'silent' ? 'fatal' : level;
  const logger = pino(
    { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
    pino.multistream([
      { stream: file, level: streamLevel },
      { stream: console, level: streamLevel },
    ]),
  );
  return {
    log: (event, fields) => {
      const [eventLevel, sentence] = logEvents[event];
      logger[eventLevel]({ event, ...fields }, sentence);
      events += 1;
      if (events % eventsBetweenLooks === 0 && turnOver(path)) file.reopen();
    },
    flush: () => {
      file.flushSync();
    },
  };
}

/** A log that has grown too long becomes the old one. */
function turnOver(path: string): boolean {
  try {
    if (statSync(path).size < maxFileBytes) return false;
    renameSync(path, `${path}.1`);
    return true;
  } catch {
    // Not there yet, or not ours to rename: the log must never be what stops a station.
    return false;
  }
}

/** Swallows everything: for tests that look elsewhere. */
export const silentLog: Log = () => {};

/** What a log may say of an error that nobody foresaw: its name, message and place. */
export function errorFields(error: unknown): Record<string, unknown> {
  return error instanceof Error
    ? { errorName: error.name, errorMessage: error.message, stack: error.stack }
    : { errorMessage: String(error) };
}
