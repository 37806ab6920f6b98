import { useCallback, useRef, useState } from 'react';
import { err, newId, type Result } from '../../shared/domain/index.ts';
import type { RefusalReason } from '../../shared/station-contract/index.ts';
import { type CallOptions, type CommandFailure, sendCommand } from '../station/index.ts';
import { useKiosk } from './kiosk-context.ts';
import { useReportFailure } from './report-failure.ts';

export type CommandProgress = 'idle' | 'sending' | 'checking';

const lateMs = 150;

/**
 * One thing a person can tap. While it is under way further taps are the same tap; after an unknown
 * outcome the next tap asks again under the same idempotency key. A failure has been put into words
 * when `run` resolves; `null` means the tap was swallowed as a double.
 */
export function useCommand<I extends { idempotencyKey: string }, O>(
  call: (input: I, options: CallOptions) => Promise<O>,
  /** The one refusal that the screen itself answers with a question. */
  asksAbout?: RefusalReason,
): {
  run: (input: Omit<I, 'idempotencyKey'>) => Promise<Result<O, CommandFailure> | null>;
  progress: CommandProgress;
} {
  const { connection, session } = useKiosk();
  const report = useReportFailure();
  const [progress, setProgress] = useState<CommandProgress>('idle');
  const busy = useRef(false);
  const unresolved = useRef<{ input: string; idempotencyKey: string } | null>(null);

  const run = useCallback(
    async (input: Omit<I, 'idempotencyKey'>): Promise<Result<O, CommandFailure> | null> => {
      if (busy.current) return null;
      busy.current = true;
      // A station answers within milliseconds: a word that only flickers would be noise.
      const late = setTimeout(() => setProgress('sending'), lateMs);
      const asText = JSON.stringify(input);
      const idempotencyKey =
        unresolved.current?.input === asText ? unresolved.current.idempotencyKey : newId();
      try {
        const result = await sendCommand(
          connection,
          (options) => call({ ...input, idempotencyKey } as I, options),
          () => {
            clearTimeout(late);
            setProgress('checking');
          },
        );
        unresolved.current =
          !result.ok && result.error.kind === 'outcome-unknown' ? { input: asText, idempotencyKey } : null;
        if (!result.ok) {
          if (result.error.kind === 'signed-out') {
            session.lock(true);
            session.forget(session.token());
          }
          const asked = result.error.kind === 'refused' && result.error.reason === asksAbout;
          if (!asked) report(result.error);
        }
        return result;
      } catch (error) {
        const failure: CommandFailure = { kind: 'fault', code: String(error) };
        report(failure);
        return err(failure);
      } finally {
        clearTimeout(late);
        busy.current = false;
        setProgress('idle');
      }
    },
    [call, connection, report, session, asksAbout],
  );
  return { run, progress };
}
