import { QueryClientProvider } from '@tanstack/react-query';
import { Activity, type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import type { Practice } from '../../../shared/station-contract/index.ts';
import { Toaster } from '../../parts/index.ts';
import { KioskContext, useKiosk, useReportFailure } from '../../session/index.ts';
import { failureOf } from '../../station/index.ts';
import { beginTraining, type RunningTraining } from './running-training.ts';
import { InTrainingContext, TrainingContext } from './training-context.ts';
import { TrainingFrame } from './training-frame.tsx';

/**
 * The real kiosk, and in its place, while somebody trains, the same screens on the training station. The real
 * one stays as it was, out of sight; its board is watched all the while.
 */
export function TrainingGate(props: { children: ReactNode; screens: ReactNode }) {
  const real = useKiosk();
  const report = useReportFailure();
  const [starting, setStarting] = useState<Practice | null>(null);
  const [running, setRunning] = useState<RunningTraining | null>(null);
  const current = useRef<RunningTraining | null>(null);

  const put = useCallback((training: RunningTraining | null) => {
    current.current?.end();
    current.current = training;
    setRunning(training);
  }, []);

  const begin = useCallback(
    (practice: Practice, forStaffId: string | null) => {
      setStarting(practice);
      beginTraining(real, practice, forStaffId)
        .then(
          (training) => put(training),
          (error: unknown) => {
            put(null);
            report(failureOf(error) ?? { kind: 'outcome-unknown' });
          },
        )
        .finally(() => setStarting(null));
    },
    [real, put, report],
  );

  const leave = useCallback(() => {
    const wasForColleague = (current.current?.forStaffId ?? null) !== null;
    put(null);
    // A colleague stands here now: what is the manager's is behind the manager's PIN.
    if (wasForColleague) void real.lock();
  }, [put, real]);

  const control = useMemo(() => ({ starting, begin }), [starting, begin]);
  const inTraining = useMemo(() => ({ real, leave }), [real, leave]);
  return (
    <TrainingContext value={control}>
      <Activity mode={running === null ? 'visible' : 'hidden'}>{props.children}</Activity>
      {running === null ? null : (
        <TrainingFrame training={running} starting={starting} onLeave={leave} onBegin={begin}>
          <InTrainingContext value={inTraining}>
            <KioskContext value={running.kiosk} key={running.trainingId}>
              <QueryClientProvider client={running.kiosk.queryClient}>
                <Toaster>{props.screens}</Toaster>
              </QueryClientProvider>
            </KioskContext>
          </InTrainingContext>
        </TrainingFrame>
      )}
    </TrainingContext>
  );
}
