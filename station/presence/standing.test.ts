import { describe, expect, it } from 'vitest';
import { presenceDelays } from './delays.ts';
import { PresenceEngine, type PresenceTuning } from './index.ts';
import { ReceiverTable } from './receiver-table.ts';
import { joinHearings } from './same-car.ts';
import { hear, newLevel } from './smoothed-level.ts';
import { noteReading, standsRatio, surelyStands } from './standing.ts';
import { codeOf, faded, forecourt, randomFrom } from './testing.ts';
import { newTrack } from './track.ts';

const everyMs = 100;

/** A frozen level with the radio's noise, dBm. */
const frozen = (dbm: number, random: () => number) =>
  Math.round(dbm + 0.6 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));

/** A car heard by some receivers, all of which were seen to freeze before unless said otherwise. */
class Heard {
  readonly track = newTrack(codeOf(1), 0);
  readonly #receivers = new ReceiverTable(presenceDelays);
  nowMs = 0;

  constructor(receivers: number, freeze = true) {
    for (let index = 0; index < receivers; index++) {
      this.#receivers.indexOf(`r${index}`);
      this.#receivers.showsStillness[index] = freeze;
      this.track.levels.push(newLevel());
    }
  }

  /** All receivers hear it once. */
  hear(dbm: (index: number) => number, afterMs = everyMs): this {
    this.nowMs += afterMs;
    for (const [index, level] of this.track.levels.entries()) {
      if (level === undefined) continue;
      hear(level, dbm(index), this.nowMs, presenceDelays);
      noteReading(this.track, level, index, this.#receivers, this.nowMs, presenceDelays);
    }
    return this;
  }

  get stands(): boolean {
    return surelyStands(this.track, 0, presenceDelays);
  }
}

describe('one reading', () => {
  it('speaks for standing where it is the mean, for motion where it is far from it, and never too much', () => {
    const say = (differenceDb: number) => standsRatio(differenceDb, 5, presenceDelays);
    expect(say(0)).toBeGreaterThan(1.5);
    expect(say(1)).toBeGreaterThan(0.5);
    expect(say(3)).toBeLessThan(-1);
    expect(say(-3)).toBe(say(3));
    expect(say(40)).toBeGreaterThan(-4);
  });
});

describe('a car', () => {
  it('that stops is known to stand as soon when one receiver begins with an odd reading', () => {
    const heard = new Heard(3);
    const until = (first: number) => {
      heard.hear((index) => (index === 0 ? first : -70 - index));
      let hearings = 0;
      while (!heard.stands && hearings < 100) {
        heard.hear((index) => (index === 0 ? -60 : -70 - index));
        hearings += 1;
      }
      return hearings;
    };
    // All alike from the first one on, then one whose mean began 9 dB off: that reading is lost, no more.
    expect(until(-60)).toBe(3);
    heard.hear((index) => -90 + 10 * index).hear((index) => -50 - 10 * index);
    expect(heard.stands).toBe(false);
    expect(until(-69)).toBeLessThanOrEqual(5);
  });

  it('that stops is known to stand within half a second, at whatever levels', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = randomFrom(seed);
      const heard = new Heard(3);
      for (let n = 0; n < 50; n++) heard.hear((index) => faded(-60 - 10 * index, random));
      const stoppedAtMs = heard.nowMs;
      const stopDbm = [0, 1, 2].map((index) => faded(-60 - 10 * index, random));
      while (!heard.stands) heard.hear((index) => frozen(stopDbm[index] ?? 0, random));
      expect(heard.nowMs - stoppedAtMs).toBeLessThanOrEqual(500);
    }
  });

  it('that moves for a quarter of an hour is hardly ever taken for one that stands', () => {
    const random = randomFrom(7);
    const heard = new Heard(3);
    let times = 0;
    for (let n = 0; n < 9_000; n++) {
      const was = heard.stands;
      heard.hear((index) => faded(-60 - 10 * index, random));
      if (heard.stands && !was) times += 1;
    }
    expect(times).toBeLessThanOrEqual(1);
  });

  it('that stands goes on standing through an odd reading, and moves as soon as it drives off', () => {
    const random = randomFrom(3);
    const heard = new Heard(3);
    for (let n = 0; n < 30; n++) heard.hear((index) => frozen(-60 - 10 * index, random));
    heard.hear((index) => (index === 0 ? -75 : frozen(-60 - 10 * index, random)));
    heard.hear((index) => frozen(-60 - 10 * index, random));
    expect(heard.stands).toBe(true);
    const droveOffAtMs = heard.nowMs;
    while (heard.stands) heard.hear((index) => faded(-60 - 10 * index, random));
    expect(heard.nowMs - droveOffAtMs).toBeLessThanOrEqual(500);
  });

  it('is asked anew when another code of it turns up: what was summed of either belongs to means of its own', () => {
    const older = new Heard(3);
    const newer = new Heard(3);
    for (let n = 0; n < 30; n++) older.hear((index) => -60 - 10 * index);
    for (let n = 0; n < 10; n++) newer.hear((index) => -60 - 10 * index);
    joinHearings(older.track, newer.track, presenceDelays);
    expect(older.stands).toBe(false);
    expect(older.track.levels.map((level) => level?.stop)).not.toContain(older.track.stops);
  });

  it('is not known to stand by one reading that is reported many times', () => {
    const heard = new Heard(3);
    heard.hear(() => -60);
    for (let n = 0; n < 50; n++) heard.hear(() => -60, 1);
    expect(heard.stands).toBe(false);
  });

  it('is not asked about where no receiver was ever seen to freeze: a scanner that hops hears chance', () => {
    const heard = new Heard(3, false);
    // Too short for a receiver to be seen to freeze.
    for (let n = 0; n < 14; n++) heard.hear((index) => -60 - 10 * index);
    expect(heard.stands).toBe(false);
    for (let n = 0; n < 30; n++) heard.hear((index) => -60 - 10 * index);
    expect(heard.stands).toBe(true);
  });
});

describe('an arrival', () => {
  /** Drives in to the bay past the entrance, fading, and stops there. @returns how long after the stop it is said, ms */
  function latencyMs(tuning: PresenceTuning, standJitterDb: number | null, seed: number): number {
    const random = randomFrom(seed);
    const engine = new PresenceEngine({ ...forecourt, tuning });
    engine.recall({ standJitterDb, stillReceivers: [], lanes: [] }, []);
    const hearAt = (atMs: number, levels: Record<string, number>) =>
      Object.entries(levels).flatMap(([receiverId, rssiDbm]) =>
        engine.sighting({ code: codeOf(1), receiverId, rssiDbm, atMs }),
      );
    // Another car stood here before: the receivers were seen to freeze.
    for (let atMs = 0; atMs < 4_000; atMs += everyMs) {
      for (const receiverId of ['entrance', 'bays', 'island'])
        engine.sighting({ code: codeOf(2), receiverId, rssiDbm: -80, atMs });
    }
    const startMs = 60_000;
    const stopMs = startMs + 8_000;
    for (let atMs = startMs; atMs < stopMs; atMs += everyMs) {
      const share = (atMs - startMs) / (stopMs - startMs);
      hearAt(atMs, {
        entrance: faded(-60 - 20 * share, random),
        bays: faded(-85 + 15 * share, random),
        island: faded(-85, random),
      });
    }
    const stop = { entrance: -82, bays: -68, island: -86 };
    for (let atMs = stopMs; atMs < stopMs + 10_000; atMs += everyMs) {
      const levels = Object.fromEntries(Object.entries(stop).map(([id, dbm]) => [id, frozen(dbm, random)]));
      if (hearAt(atMs, levels).some(({ state }) => state === 'arrived')) return atMs - stopMs;
    }
    return Number.POSITIVE_INFINITY;
  }

  const seeds = Array.from({ length: 20 }, (_, n) => n + 1);
  const latenciesMs = (standJitterDb: number | null, tuning: PresenceTuning = {}) =>
    seeds.map((seed) => latencyMs(tuning, standJitterDb, seed));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const byMeanStep = { standsSum: 100 };

  it('is said sooner than by the mean step alone', () => {
    expect(mean(latenciesMs(null))).toBeLessThan(mean(latenciesMs(null, byMeanStep)) - 100);
  });

  it('waits for the mean step where cars that stood did not freeze on this radio', () => {
    const jitterDb = presenceDelays.freezesDb;
    expect(latenciesMs(jitterDb)).toEqual(latenciesMs(jitterDb, byMeanStep));
    expect(latenciesMs(jitterDb - 0.1)).not.toEqual(latenciesMs(jitterDb));
  });
});
