/**
 * The rules that are compared, each: a recording in, the moments at which it declares an arrival out.
 * All get the same hearings of the same three receivers, fixed numbers, and the same grace: a car that
 * stands in the bay as the recording begins is a state found, not an arrival declared. Ours runs with the
 * defaults of every site; the others' numbers (smoothing, limits, dwell) are those that a search over the
 * given runs found best for them, so on these runs they are as good as they can be.
 */

import { beaconCode } from '../../shared/domain/index.ts';
import {
  type LearnedPresence,
  PresenceEngine,
  type PresenceSettings,
  presenceDelays,
} from '../../station/presence/index.ts';
import { chosenReceivers, type Recording } from './recording.ts';

export interface Rule {
  name: string;
  declare(recording: Recording): number[];
}

/** The bay as an installer would enter it: one lane, its receiver; the others stand at no lane. */
export const baySettings: PresenceSettings = {
  lanes: [{ laneId: 'bay', kind: 'bay', receivers: [{ receiverId: chosenReceivers.bayEnd }] }],
};

const tickMs = 100;

/** The product's own engine, as the station runs it. */
export function ours(
  settings: PresenceSettings = baySettings,
  learned: (recording: Recording) => LearnedPresence | null = () => null,
): Rule {
  return {
    name: 'ours',
    declare(recording) {
      const engine = new PresenceEngine(settings);
      const known = learned(recording);
      if (known !== null) engine.recall(known, Object.values(chosenReceivers));
      const code = beaconCode('eddystone-uid', '0f'.repeat(16));
      const declared: number[] = [];
      const take = (changes: ReturnType<PresenceEngine['tick']>) => {
        for (const change of changes) {
          if (change.state !== 'arrived' || change.why.rule === 'present-at-start') continue;
          if (change.arrivedAtMs === change.atMs) declared.push(change.atMs);
        }
      };
      let next = 0;
      for (let atMs = recording.startMs; atMs <= recording.endMs; atMs += tickMs) {
        while (true) {
          const hearing = recording.hearings[next];
          if (hearing === undefined || hearing.atMs > atMs) break;
          next += 1;
          take(engine.sighting({ code, ...hearing }));
        }
        take(engine.tick(atMs));
      }
      return declared;
    },
  };
}

/** Slots in which at least one receiver heard, with what each heard. */
function* slots(recording: Recording): Generator<{ atMs: number; heard: Map<string, number> }> {
  let atMs = Number.NaN;
  let heard = new Map<string, number>();
  for (const hearing of recording.hearings) {
    if (hearing.atMs !== atMs) {
      if (heard.size > 0) yield { atMs, heard };
      heard = new Map();
      atMs = hearing.atMs;
    }
    heard.set(hearing.receiverId, hearing.rssiDbm);
  }
  if (heard.size > 0) yield { atMs, heard };
}

/**
 * Declares on each change from outside to inside that holds for `dwellMs`. What is inside within the
 * start's grace was inside.
 */
function edges(
  recording: Recording,
  judge: () => (heard: Map<string, number>) => boolean | null,
  dwellMs = 0,
): number[] {
  const inside = judge();
  const declared: number[] = [];
  let was: boolean | null = null;
  let sinceMs = recording.startMs;
  for (const slot of slots(recording)) {
    const is = inside(slot.heard);
    if (is === null) continue;
    if (is === was) {
      sinceMs = slot.atMs;
    } else if (was === null || slot.atMs - sinceMs >= dwellMs) {
      was = is;
      sinceMs = slot.atMs;
      if (is && slot.atMs - recording.startMs > presenceDelays.presentAtStartMs) declared.push(slot.atMs);
    }
  }
  return declared;
}

/** A smoothed level at the bay's end with an enter and an exit limit. */
export const smoothedThreshold: Rule = {
  name: 'smoothed-threshold',
  declare: (recording) =>
    edges(recording, () => {
      let level: number | null = null;
      let inside = true;
      return (heard) => {
        const rssi = heard.get(chosenReceivers.bayEnd);
        if (rssi === undefined) return null;
        level = level === null ? rssi : level + 0.05 * (rssi - level);
        inside = level > (inside ? -63.5 : -59.5);
        return inside;
      };
    }),
};

function nearest(levels: ReadonlyMap<string, number>): string | undefined {
  return [...levels].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** The car is where it is heard best: smoothed levels, the strongest receiver wins when it does so for 5 s. */
export const strongestReceiver: Rule = {
  name: 'strongest-receiver',
  declare: (recording) =>
    edges(
      recording,
      () => {
        const levels = new Map<string, number>();
        return (heard) => {
          for (const [id, rssi] of heard) {
            const level = levels.get(id);
            levels.set(id, level === undefined ? rssi : level + 0.1 * (rssi - level));
          }
          return nearest(levels) === chosenReceivers.bayEnd;
        };
      },
      5_000,
    ),
};

/**
 * As room-assistant does it: one scalar Kalman filter per receiver, the nearest receiver is the place,
 * debounced. (It filters distances; with the same path loss everywhere the order of distances is that of
 * levels.) Process noise after W. Bulten, "Kalman filters explained: removing noise from RSSI signals".
 */
export const kalmanPerReceiver: Rule = {
  name: 'kalman',
  declare: (recording) =>
    edges(
      recording,
      () => {
        const processNoise = 0.008;
        const measurementNoise = 15;
        const levels = new Map<string, number>();
        const covariances = new Map<string, number>();
        return (heard) => {
          for (const [id, rssi] of heard) {
            const level = levels.get(id);
            const predicted = (covariances.get(id) ?? measurementNoise) + processNoise;
            const gain = predicted / (predicted + measurementNoise);
            levels.set(id, level === undefined ? rssi : level + gain * (rssi - level));
            covariances.set(id, predicted - gain * predicted);
          }
          return nearest(levels) === chosenReceivers.bayEnd;
        };
      },
      5_000,
    ),
};

export const comparators: readonly Rule[] = [smoothedThreshold, strongestReceiver, kalmanPerReceiver];
