/**
 * A recording run through the station's judgement on a clock of its own, as fast as it goes. Live
 * visits are not touched: the changes go to the screen and nowhere else.
 *
 *   r0.btsnoop ─▶ ReplayReceiver ─┐
 *   r1.btsnoop ─▶ ReplayReceiver ─┴ manual clock ─▶ PresenceEngine ─▶ changes
 */
import { beaconCodeOf, createReceiver, decodeBeaconFrame, type Receiver } from '../../drivers/index.ts';
import { err, ManualClock, ok, type Result } from '../../shared/domain/index.ts';
import type { RefusalReason, ReplayPreview } from '../../shared/station-contract/index.ts';
import { type LaneSettings, type PresenceChange, PresenceEngine } from '../presence/index.ts';
import { breathe } from './pause.ts';

export interface ReplayFile {
  receiverId: string;
  path: string;
  /** When its first report was heard; null: it holds none. */
  firstReportAtMs: number | null;
}

const stepMs = 250;
const maxChanges = 500;
const maxDevices = 20_000;
/** A day: no recording of at most 64 MB is longer in earnest, and a broken stamp must not run for ever. */
const maxDurationMs = 24 * 3_600_000;

export async function previewReplay(
  files: readonly ReplayFile[],
  startedAtMs: number,
  lanes: readonly LaneSettings[],
): Promise<Result<ReplayPreview, RefusalReason>> {
  const clock = new ManualClock(startedAtMs);
  const engine = new PresenceEngine({ lanes: lanes.map((lane) => ({ ...lane })) });
  const devices = new Set<string>();
  const codes = new Set<string>();
  const changes: ReplayPreview['changes'] = [];
  let reports = 0;
  let lastReportAtMs = startedAtMs;
  const note = (found: readonly PresenceChange[]) => {
    for (const { code, state, laneId, atMs, why } of found) {
      if (changes.length >= maxChanges) return;
      changes.push({
        offsetMs: Math.max(0, Math.round(atMs - startedAtMs)),
        code,
        state,
        laneId,
        rule: why.rule,
      });
    }
  };
  const open: Receiver[] = [];
  const waiting = files
    .flatMap((file) => (file.firstReportAtMs === null ? [] : [{ ...file, atMs: file.firstReportAtMs }]))
    .sort((a, b) => a.atMs - b.atMs);
  try {
    for (let steps = 0; clock.nowMs() - startedAtMs < maxDurationMs; steps++) {
      for (let next = waiting[0]; next !== undefined && next.atMs <= clock.nowMs(); next = waiting[0]) {
        waiting.shift();
        const made = await createReceiver(
          { kind: 'replay', target: next.path, options: new Map() },
          { id: next.receiverId, clock },
        );
        if (!made.ok) return err('recording-not-readable');
        open.push(made.value);
        made.value.subscribe((event) => {
          if (event.type !== 'report') return;
          const { report } = event;
          reports += 1;
          lastReportAtMs = report.atMs;
          if (devices.size < maxDevices) devices.add(report.address);
          const frame = decodeBeaconFrame(report.data);
          if (frame === null) return;
          const code = beaconCodeOf(frame);
          codes.add(code);
          note(
            engine.sighting({
              code,
              receiverId: report.receiverId,
              rssiDbm: report.rssiDbm,
              atMs: report.atMs,
            }),
          );
        });
        const opened = await made.value.open();
        if (!opened.ok) return err('recording-not-readable');
      }
      const playing = open.some((receiver) => receiver.health().state === 'healthy');
      if (!playing && waiting.length === 0) break;
      clock.advance(stepMs);
      note(engine.tick(clock.nowMs()));
      if (steps % 8 === 0) await breathe();
    }
  } finally {
    await Promise.all(open.map((receiver) => receiver.close()));
  }
  return ok({
    durationMs: Math.max(0, Math.round(lastReportAtMs - startedAtMs)),
    reports,
    devices: devices.size,
    codes: codes.size,
    changes,
  });
}
