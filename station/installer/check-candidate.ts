/**
 * Opens a candidate for a few seconds and says what it hears. Nothing is saved.
 *
 *   opening ──▶ hearing (twice a second) ──▶ done
 *      └──────────────┴──▶ failed: the driver's code (`not-a-controller`: another device or another speed)
 */
import { beaconCodeOf, decodeBeaconFrame, type Receiver, type receiverFactory } from '../../drivers/index.ts';
import type { BeaconCode, Clock } from '../../shared/domain/index.ts';
import type { CheckEvent } from '../../shared/station-contract/index.ts';
import { pause } from './pause.ts';

export const checkDelays = { listenMs: 5_000, tellEveryMs: 500, openMs: 20_000 };
/** A busy street has thousands of devices in a few seconds; more need not be told apart. */
const maxCounted = 5_000;

export interface CheckDeps {
  clock: Clock;
  makeFactory: typeof receiverFactory;
  /** Is it a car's that is here or expected? */
  isOurs: (code: BeaconCode, atMs: number) => boolean;
}

export async function* checkCandidate(
  spec: string,
  deps: CheckDeps,
  signal: AbortSignal | undefined,
): AsyncGenerator<CheckEvent, void, void> {
  const { clock } = deps;
  const factory = await deps.makeFactory(spec, { id: 'check', clock });
  if (!factory.ok) {
    yield { state: 'failed', reason: factory.error.code };
    return;
  }
  const receiver = factory.value();
  const devices = new Set<string>();
  const codes = new Set<BeaconCode>();
  let reports = 0;
  let lost: string | null = null;
  const unsubscribe = receiver.subscribe((event) => {
    if (event.type === 'health' && event.health.state === 'failed') lost = event.health.reason.code;
    if (event.type !== 'report') return;
    reports += 1;
    if (devices.size < maxCounted) devices.add(event.report.address);
    const frame = decodeBeaconFrame(event.report.data);
    if (frame !== null && codes.size < maxCounted) codes.add(beaconCodeOf(frame));
  });
  try {
    yield { state: 'opening' };
    const failure = await openWithin(receiver, clock, signal);
    if (failure !== null) {
      yield { state: 'failed', reason: failure };
      return;
    }
    const startedAtMs = clock.nowMs();
    for (;;) {
      const leftMs = checkDelays.listenMs - (clock.nowMs() - startedAtMs);
      if (leftMs <= 0 || signal?.aborted === true) break;
      yield {
        state: 'hearing',
        leftMs: Math.round(leftMs),
        reports,
        devices: devices.size,
        codes: codes.size,
      };
      await pause(clock, Math.min(leftMs, checkDelays.tellEveryMs), signal);
      if (lost !== null) {
        yield { state: 'failed', reason: lost };
        return;
      }
    }
    const nowMs = clock.nowMs();
    yield {
      state: 'done',
      reportsPerSecond: Math.round((reports * 10_000) / Math.max(1, nowMs - startedAtMs)) / 10,
      reports,
      devices: devices.size,
      codes: codes.size,
      ours: [...codes].filter((code) => deps.isOurs(code, nowMs)).length,
      discardedBytes: receiver.counters().discardedBytes,
    };
  } finally {
    unsubscribe();
    await receiver.close().catch(() => {});
  }
}

/** @returns the reason why it did not open, or null. */
async function openWithin(
  receiver: Receiver,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  return Promise.race([
    receiver.open().then(
      (opened) => (opened.ok ? null : opened.error.code),
      () => 'port-failed',
    ),
    pause(clock, checkDelays.openMs, signal).then(() => 'no-answer'),
  ]);
}
