/** Helpers for the tests of presence: cars in words, no radio model. */

import { type BeaconCode, beaconCode } from '../../shared/domain/index.ts';
import { type PresenceChange, PresenceEngine, type PresenceSettings } from './index.ts';

export function codeOf(n: number): BeaconCode {
  return beaconCode('eddystone-uid', n.toString(16).padStart(32, '0'));
}

/** One untuned receiver at the counter, one bay before it. */
export const oneReceiver: PresenceSettings = {
  lanes: [{ laneId: 'bay-1', kind: 'bay', receivers: [{ receiverId: 'counter' }] }],
};

/** An entrance, a pickup bay, two pumps that share a receiver, one pump with its own. */
export const forecourt: PresenceSettings = {
  lanes: [
    { laneId: 'bay-1', kind: 'bay', receivers: [{ receiverId: 'bays' }] },
    { laneId: 'pump-1', kind: 'pump', receivers: [{ receiverId: 'island' }] },
    { laneId: 'pump-2', kind: 'pump', receivers: [{ receiverId: 'island' }] },
    { laneId: 'pump-3', kind: 'pump', receivers: [{ receiverId: 'canopy' }] },
  ],
};

/** A level in dBm that holds, or goes evenly from one to the other. null = heard without a level. */
export type LevelOverTime = number | null | readonly [number, number];

/** Runs an engine through time: levels are said, hearings every 100 ms and ticks every second are made of them. */
export class Scene {
  readonly engine: PresenceEngine;
  readonly changes: PresenceChange[] = [];
  nowMs: number;
  /** Whose code it is, and when that becomes known after its first hearing: at once as by the expected list, or later. */
  carOf: (code: BeaconCode) => string | null = () => null;
  answerAfterMs = 0;
  readonly #asked = new Set<BeaconCode>();
  #answers: { code: BeaconCode; carKey: string; atMs: number }[] = [];

  constructor(settings: PresenceSettings, startMs = 1_000_000) {
    this.engine = new PresenceEngine(settings);
    // The station has been running for a minute before anybody comes.
    this.nowMs = startMs;
    this.engine.tick(startMs);
    this.pass(60_000);
  }

  /** Nobody is heard for so long. */
  pass(forMs: number): this {
    return this.hear({}, forMs);
  }

  /** The code is heard with these levels, by receiver, for so long. */
  hear(
    levels: Record<string, LevelOverTime>,
    forMs: number,
    code: BeaconCode | ((atMs: number) => BeaconCode) = codeOf(1),
    everyMs = 100,
  ): this {
    const startMs = this.nowMs;
    const endMs = startMs + forMs;
    for (let atMs = startMs; atMs < endMs; atMs += everyMs) {
      this.nowMs = atMs;
      for (const [receiverId, level] of Object.entries(levels)) {
        const share = (atMs - startMs) / forMs;
        const rssiDbm =
          level === null || typeof level === 'number' ? level : level[0] + (level[1] - level[0]) * share;
        const now = typeof code === 'string' ? code : code(atMs);
        this.changes.push(...this.engine.sighting({ code: now, receiverId, rssiDbm, atMs }));
        this.#ask(now, atMs);
      }
      if (Math.floor(atMs / 1_000) !== Math.floor((atMs - everyMs) / 1_000)) {
        this.changes.push(...this.engine.tick(atMs));
      }
      this.#answer(atMs);
    }
    this.nowMs = endMs;
    return this;
  }

  #ask(code: BeaconCode, atMs: number): void {
    if (this.#asked.has(code)) return;
    this.#asked.add(code);
    const carKey = this.carOf(code);
    if (carKey !== null) this.#answers.push({ code, carKey, atMs: atMs + this.answerAfterMs });
    this.#answer(atMs);
  }

  #answer(nowMs: number): void {
    const due = this.#answers.filter(({ atMs }) => atMs <= nowMs);
    this.#answers = this.#answers.filter(({ atMs }) => atMs > nowMs);
    for (const { code, carKey } of due) this.changes.push(...this.engine.sameCar(code, carKey, nowMs));
  }

  states(code = codeOf(1)): string[] {
    return this.changes.filter((c) => c.code === code).map((c) => c.state);
  }

  last(code = codeOf(1)): PresenceChange {
    const change = this.changes.filter((c) => c.code === code).at(-1);
    if (change === undefined) throw new Error('nothing was said about this code');
    return change;
  }

  /** A car comes to a stand at the forecourt's bay and is heard there. */
  arriveAtBay(code = codeOf(1)): this {
    return this.hear({ entrance: [-75, -60], bays: [-90, -75] }, 4_000, code)
      .hear({ entrance: [-60, -85], bays: [-75, -58] }, 4_000, code)
      .hear({ entrance: -85, bays: -58 }, 4_000, code);
  }
}

/** mulberry32: the same fades every time. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A Rayleigh fade about this level, as a receiver rounds it, dBm. */
export const faded = (dbm: number, random: () => number) =>
  Math.round(dbm + 10 * Math.log10(-Math.log(1 - random())));
