/**
 * The rules that are compared, each: a recording in, the moments at which it declares an arrival out.
 * All get the same hearings of the same three receivers, fixed numbers, and the same grace: a car that
 * stands in the bay as the recording begins is a state found, not an arrival declared.
 */

import { beaconCode } from '../../shared/domain/index.ts';
import { PresenceEngine, type PresenceSettings, presenceDelays } from '../../station/presence/index.ts';
import { chosenReceiverIds, chosenReceivers, type Recording } from './recording.ts';

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
export function ours(settings: PresenceSettings = baySettings): Rule {
  return {
    name: 'ours',
    declare(recording) {
      const engine = new PresenceEngine(settings);
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

/** Declares on each change from outside to inside; what is inside within the start's grace was inside. */
function edges(recording: Recording, judge: () => (heard: Map<string, number>) => boolean | null): number[] {
  const inside = judge();
  const declared: number[] = [];
  let was = false;
  for (const slot of slots(recording)) {
    const is = inside(slot.heard);
    if (is === null || is === was) continue;
    was = is;
    if (is && slot.atMs - recording.startMs > presenceDelays.presentAtStartMs) declared.push(slot.atMs);
  }
  return declared;
}

/** A smoothed level at the bay's end with an enter and an exit limit. */
export const smoothedThreshold: Rule = {
  name: 'smoothed-threshold',
  declare: (recording) =>
    edges(recording, () => {
      let level: number | null = null;
      let inside = false;
      return (heard) => {
        const rssi = heard.get(chosenReceivers.bayEnd);
        if (rssi === undefined) return null;
        level = level === null ? rssi : level + 0.15 * (rssi - level);
        inside = inside ? level > -61 : level > -57.5;
        return inside;
      };
    }),
};

/** The car is where it is heard best: smoothed levels, the strongest receiver wins. */
export const strongestReceiver: Rule = {
  name: 'strongest-receiver',
  declare: (recording) =>
    edges(recording, () => {
      const levels = new Map<string, number>();
      return (heard) => {
        for (const [id, rssi] of heard) {
          const level = levels.get(id);
          levels.set(id, level === undefined ? rssi : level + 0.15 * (rssi - level));
        }
        const [best] = [...levels].sort((a, b) => b[1] - a[1]);
        return best?.[0] === chosenReceivers.bayEnd;
      };
    }),
};

/**
 * As room-assistant does it: one scalar Kalman filter per receiver on the RSSI (process noise small,
 * measurement noise large), turned into a distance by the log-distance path loss, the nearest receiver
 * is the place. A receiver not heard drops out.
 */
export const kalmanDistance: Rule = {
  name: 'kalman',
  declare: (recording) =>
    edges(recording, () => {
      const processNoise = 0.8;
      const measurementNoise = 15;
      const measuredPowerDbm = -59;
      const pathLossExponent = 2;
      const filters = new Map<string, { level: number; covariance: number }>();
      return (heard) => {
        for (const [id, rssi] of heard) {
          const f = filters.get(id);
          if (f === undefined) {
            filters.set(id, { level: rssi, covariance: measurementNoise });
            continue;
          }
          const covariance = f.covariance + processNoise;
          const gain = covariance / (covariance + measurementNoise);
          f.level += gain * (rssi - f.level);
          f.covariance = covariance - gain * covariance;
        }
        const distances = chosenReceiverIds.map((id) => {
          const f = filters.get(id);
          const metres = f ? 10 ** ((measuredPowerDbm - f.level) / (10 * pathLossExponent)) : Infinity;
          return { id, metres };
        });
        distances.sort((a, b) => a.metres - b.metres);
        return distances[0]?.id === chosenReceivers.bayEnd;
      };
    }),
};

export const comparators: readonly Rule[] = [smoothedThreshold, strongestReceiver, kalmanDistance];
