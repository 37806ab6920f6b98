/**
 * Levels as they are heard, for the installer's chart.
 *
 *   report ─▶ newest per code and receiver (one small table per watcher) ─▶ a batch every 100 ms
 *
 * Nothing is queued: a slow kiosk gets fewer, newer levels. Without a watcher nothing is done at all.
 */
import type { BeaconCode, Clock } from '../../shared/domain/index.ts';
import type { LiveEvent, LiveLevel } from '../../shared/station-contract/index.ts';
import type { Radio } from '../receivers/index.ts';
import { pause } from './pause.ts';

const batchMs = 100;
const receiversEveryMs = 1_000;
/** Codes times receivers in one batch; a street of strangers' beacons must not grow it. */
const maxPairs = 1_024;

export interface LiveOptions {
  radio: Pick<Radio, 'tap' | 'explain' | 'receivers'>;
  clock: Clock;
  signal: AbortSignal | undefined;
  mayWatch: () => boolean;
  ended: () => Error;
}

interface Heard {
  code: BeaconCode;
  receiverId: string;
  atMs: number;
  rawDbm: number | null;
  hearings: number;
}

export async function* liveSignal(options: LiveOptions): AsyncGenerator<LiveEvent, void, void> {
  const { radio, clock, signal } = options;
  const heard = new Map<string, Heard>();
  const stop = radio.tap((report, code) => {
    if (code === null) return;
    const key = `${code} ${report.receiverId}`;
    const before = heard.get(key);
    if (before !== undefined) {
      before.atMs = report.atMs;
      before.rawDbm = report.rssiDbm ?? before.rawDbm;
      before.hearings += 1;
    } else if (heard.size < maxPairs) {
      const { receiverId, atMs, rssiDbm } = report;
      heard.set(key, { code, receiverId, atMs, rawDbm: rssiDbm, hearings: 1 });
    }
  });
  let receiversDueAtMs = clock.nowMs();
  try {
    while (signal?.aborted !== true) {
      if (!options.mayWatch()) throw options.ended();
      const nowMs = clock.nowMs();
      // Also when the clock was set back.
      const due = nowMs >= receiversDueAtMs || receiversDueAtMs - nowMs > receiversEveryMs;
      if (due || heard.size > 0) {
        const levels = levelsOf(heard, radio);
        heard.clear();
        if (due) receiversDueAtMs = nowMs + receiversEveryMs;
        yield { atMs: Math.round(nowMs), levels, receivers: due ? radio.receivers() : null };
      }
      await pause(clock, batchMs, signal);
    }
  } finally {
    stop();
  }
}

function levelsOf(heard: ReadonlyMap<string, Heard>, radio: LiveOptions['radio']): LiveLevel[] {
  const smoothed = new Map<BeaconCode, Map<string, number | null>>();
  const levels: LiveLevel[] = [];
  for (const one of heard.values()) {
    let ofCode = smoothed.get(one.code);
    if (ofCode === undefined) {
      const known = radio.explain(one.code)?.why.levels ?? [];
      ofCode = new Map(known.map(({ receiverId, smoothedDbm }) => [receiverId, smoothedDbm]));
      smoothed.set(one.code, ofCode);
    }
    const smoothedDbm = ofCode.get(one.receiverId) ?? null;
    levels.push({
      ...one,
      atMs: Math.round(one.atMs),
      smoothedDbm: smoothedDbm === null ? null : Math.round(smoothedDbm * 10) / 10,
    });
  }
  return levels;
}
