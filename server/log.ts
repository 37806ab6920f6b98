/** Structured logs. Never a plate, a code, a name, a token or an amount tied to a person: ids only. */
import { type DestinationStream, pino } from 'pino';

export type LogFields = Record<string, string | number | boolean | null>;

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, error: unknown, fields?: LogFields): void;
}

/** Lines of JSON on standard error; standard output is for what starts the server. */
export function serverLog(level: string, destination: DestinationStream = pino.destination(2)): Log {
  const log = pino({ level, base: { part: 'payment-server' } }, destination);
  return {
    info: (event, fields = {}) => log.info(fields, event),
    warn: (event, fields = {}) => log.warn(fields, event),
    error(event, error, fields = {}) {
      // A database error's message may quote values: only its code and where it came from are kept.
      const code = error instanceof Error && 'code' in error ? String(error.code) : null;
      const name = error instanceof Error ? error.name : typeof error;
      const stack = error instanceof Error ? (error.stack?.split('\n').slice(1, 6).join('\n') ?? null) : null;
      log.error({ ...fields, errorName: name, errorCode: code, stack }, event);
    },
  };
}

export const silentLog: Log = { info() {}, warn() {}, error() {} };
