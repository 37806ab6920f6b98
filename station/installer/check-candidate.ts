/**
 * Opens a candidate for a few seconds and says what it hears. Nothing is saved.
 *
 *   opening ──▶ hearing (twice a second) ──▶ done
 *      │  └── no answer, or nothing that makes sense, on a serial port
 *      │         ──▶ trying (each usual speed, as a controller and as a gateway) ──▶ opening what answered
 *      └──────────▶ failed: the driver's code (`not-a-controller`: another device)
 */
import {
  beaconCodeOf,
  decodeBeaconFrame,
  findSpeed,
  parseReceiverSpecification,
  type Receiver,
  type receiverFactory,
  type Speaker,
  usualBaudRates,
} from '../../drivers/index.ts';
import type { SerialLine } from '../../drivers/serial/index.ts';
import type { BeaconCode, Clock } from '../../shared/domain/index.ts';
import type { CheckEvent } from '../../shared/station-contract/index.ts';
import { pause } from './pause.ts';

export const checkDelays = { listenMs: 5_000, tellEveryMs: 500, openMs: 20_000 };
/** A busy street has thousands of devices in a few seconds; more need not be told apart. */
const maxCounted = 5_000;
/** What another speed looks like to a driver. */
const perhapsSpeed: ReadonlySet<string> = new Set(['no-answer', 'not-a-controller', 'not-a-gateway']);

export interface CheckDeps {
  clock: Clock;
  makeFactory: typeof receiverFactory;
  /** Is it a car's that is here or expected? */
  isOurs: (code: BeaconCode, atMs: number) => boolean;
  /** The machine's serial ports. */
  createLine: (options: { path: string; baudRate: number }) => SerialLine | Promise<SerialLine>;
}

type Heard = Extract<CheckEvent, { state: 'done' | 'failed' }>;

export async function* checkCandidate(
  spec: string,
  deps: CheckDeps,
  signal: AbortSignal | undefined,
): AsyncGenerator<CheckEvent, void, void> {
  const first = yield* listen(spec, null, deps, signal);
  const port = serialPortOf(spec);
  if (port === null || signal?.aborted || !mayBeSpeed(first, port.driver)) {
    yield first;
    return;
  }
  const speaker = yield* search(port.path, deps, signal);
  const found = speaker === null ? null : { driver: speaker.driver, baudRate: speaker.baudRate };
  // Text alone proves no gateway; where the first try opened as one, it is as good.
  if (found === null || (!speaker?.certain && first.state === 'done' && found.baudRate === port.baudRate)) {
    yield first;
    return;
  }
  yield yield* listen(`${found.driver}:${port.path}?baud=${found.baudRate}`, found, deps, signal);
}

/** Every step of it but the last, which is returned. */
async function* listen(
  spec: string,
  found: { driver: 'hci-uart' | 'gateway'; baudRate: number } | null,
  deps: CheckDeps,
  signal: AbortSignal | undefined,
): AsyncGenerator<CheckEvent, Heard, void> {
  const { clock } = deps;
  const factory = await deps.makeFactory(spec, { id: 'check', clock });
  if (!factory.ok) return { state: 'failed', reason: factory.error.code };
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
    if (failure !== null) return { state: 'failed', reason: failure };
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
      if (lost !== null) return { state: 'failed', reason: lost };
    }
    const nowMs = clock.nowMs();
    return {
      state: 'done',
      reportsPerSecond: Math.round((reports * 10_000) / Math.max(1, nowMs - startedAtMs)) / 10,
      reports,
      devices: devices.size,
      codes: codes.size,
      ours: [...codes].filter((code) => deps.isOurs(code, nowMs)).length,
      discardedBytes: receiver.counters().discardedBytes,
      spec,
      found,
    };
  } finally {
    unsubscribe();
    await receiver.close().catch(() => {});
  }
}

/** A gateway is "open" at any speed: that it said nothing that makes sense is all there is to see. */
function mayBeSpeed(heard: Heard, driver: 'hci-uart' | 'gateway'): boolean {
  return heard.state === 'failed'
    ? perhapsSpeed.has(heard.reason)
    : driver === 'gateway' && heard.reports === 0;
}

/** null: no serial port of this machine, so there is no speed to find. */
function serialPortOf(
  spec: string,
): { driver: 'hci-uart' | 'gateway'; path: string; baudRate: number } | null {
  const parsed = parseReceiverSpecification(spec);
  if (!parsed.ok) return null;
  const { kind, target, options } = parsed.value;
  if ((kind !== 'hci-uart' && kind !== 'gateway') || /^(tcp|unix):/.test(target)) return null;
  return { driver: kind, path: target, baudRate: Number(options.get('baud') ?? usualBaudRates[0]) };
}

async function* search(
  path: string,
  { clock, createLine }: CheckDeps,
  signal: AbortSignal | undefined,
): AsyncGenerator<CheckEvent, Speaker | null, void> {
  const told: CheckEvent[] = [];
  let wake: () => void = () => {};
  let speaker: Speaker | null | undefined;
  const searching = findSpeed({
    createLine: (baudRate) => createLine({ path, baudRate }),
    clock,
    signal,
    onTry: (baudRate, nth, of) => {
      told.push({ state: 'trying', baudRate, nth, of });
      wake();
    },
  }).then((outcome) => {
    speaker = outcome !== null && 'driver' in outcome ? outcome : null;
    wake();
  });
  for (;;) {
    const next = told.shift();
    if (next !== undefined) yield next;
    else if (speaker !== undefined) break;
    else {
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (told.length > 0 || speaker !== undefined) resolve();
      });
    }
  }
  await searching;
  return speaker;
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
