/** Structured logs. Never a plate, a code, a name, a token or an amount tied to a person: ids only. */
import { type DestinationStream, pino } from 'pino';

export type LogFields = Record<string, string | number | boolean | null>;

export interface Log {
  /** Every request, say: nobody reads that unless they look for something. */
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, error: unknown, fields?: LogFields): void;
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Lines of JSON on standard error; standard output is for what starts the server. */
export function serverLog(level: string, destination: DestinationStream = pino.destination(2)): Log {
  const log = pino({ level, base: { part: 'payment-server' } }, destination);
  return {
    debug: (event, fields = {}) => log.debug(fields, event),
    info: (event, fields = {}) => log.info(fields, event),
    warn: (event, fields = {}) => log.warn(fields, event),
    error(event, error, fields = {}) {
      const name = error instanceof Error ? error.name : typeof error;
      log.error({ ...fields, errorName: name, errorCode: codeOf(error), stack: placesOf(error) }, event);
    },
  };
}

/** The innermost code: the database's, say, and not that of who passed it on. */
function codeOf(error: unknown): string | null {
  let code: string | null = null;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') code = cause.code;
  }
  return code;
}

/**
 * Where it came from, and nothing of what it says: a database error's message goes over many lines and quotes the
 * values of its statement.
 */
function placesOf(error: unknown): string | null {
  if (!(error instanceof Error) || error.stack === undefined) return null;
  const told = error.stack.lastIndexOf(error.message);
  const rest = told < 0 ? error.stack : error.stack.slice(told + error.message.length);
  const places = rest.split('\n').filter((line) => /^\s+at \S/.test(line));
  return places.slice(0, 5).join('\n');
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
