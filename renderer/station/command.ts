/**
 * Sends one command and finds out what became of it.
 *
 * A tap makes one idempotency key. When no answer comes, the same command is sent again under the
 * same key until the station answers: it happens once, and the answer is the first one. Only when
 * that fails too is the outcome reported as unknown, and the next tap still uses the same key.
 */
import { ORPCError } from '@orpc/client';
import { err, ok, type Result } from '../../shared/domain/index.ts';
import type { Person, RefusalReason, Role } from '../../shared/station-contract/index.ts';
import { NotSentError, type StationConnection } from './connection.ts';

export type CommandFailure =
  /** A rule of the business says no; nothing was changed. */
  | { kind: 'refused'; reason: RefusalReason; by: Person | null }
  | { kind: 'forbidden'; needs: Role[] }
  | { kind: 'signed-out' }
  | { kind: 'not-kept' }
  /** There was no wire: the station never saw it. */
  | { kind: 'not-sent' }
  /** Sent, but nobody answered: it may or may not have been kept. */
  | { kind: 'outcome-unknown' }
  /** The station answered with something that has no words: a fault in a program. */
  | { kind: 'fault'; code: string };

export const commandDelays = {
  /** A durable answer takes milliseconds; after this the question is asked again. */
  answerMs: 4_000,
  /** Between two questions. */
  betweenMs: 300,
  /** How long to go on asking before saying "unknown". */
  giveUpMs: 20_000,
};

export type CallOptions = { signal: AbortSignal };

/**
 * @param call sends the command once; must use the same idempotency key each time
 * @param onChecking told when the first answer is overdue
 */
export async function sendCommand<T>(
  connection: StationConnection,
  call: (options: CallOptions) => Promise<T>,
  onChecking: () => void = () => {},
): Promise<Result<T, CommandFailure>> {
  const giveUp = AbortSignal.timeout(commandDelays.giveUpMs);
  for (let attempt = 0; ; attempt += 1) {
    try {
      if (attempt > 0) {
        onChecking();
        await new Promise((resolve) => setTimeout(resolve, commandDelays.betweenMs));
        await connection.whenConnected(giveUp);
      }
      return ok(await answered(call, giveUp));
    } catch (error) {
      const failure = failureOf(error);
      if (failure !== null) return err(failure);
      if (attempt === 0 && error instanceof NotSentError) return err({ kind: 'not-sent' });
      if (giveUp.aborted) return err({ kind: 'outcome-unknown' });
    }
  }
}

async function answered<T>(call: (options: CallOptions) => Promise<T>, giveUp: AbortSignal): Promise<T> {
  const late = AbortSignal.timeout(commandDelays.answerMs);
  const signal = AbortSignal.any([late, giveUp]);
  const overdue = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
  });
  return await Promise.race([call({ signal }), overdue]);
}

/** What the station said, or null when it said nothing (the wire broke, the answer is late). */
export function failureOf(error: unknown): CommandFailure | null {
  if (!(error instanceof ORPCError)) return null;
  switch (error.code) {
    case 'REFUSED': {
      const data = error.data as { reason: RefusalReason; by?: Person | null };
      return { kind: 'refused', reason: data.reason, by: data.by ?? null };
    }
    case 'FORBIDDEN':
      return { kind: 'forbidden', needs: (error.data as { needs?: Role[] } | undefined)?.needs ?? [] };
    case 'UNAUTHORIZED':
      return { kind: 'signed-out' };
    case 'NOT_KEPT':
      return { kind: 'not-kept' };
    default:
      return { kind: 'fault', code: String(error.code) };
  }
}
