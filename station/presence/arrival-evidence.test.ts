import { describe, expect, it } from 'vitest';
import { addEvidence, type Seen } from './arrival-evidence.ts';
import { presenceDelays } from './delays.ts';
import type { LaneEvidence } from './lane-evidence.ts';
import { notHeld } from './own-stay.ts';
import { codeOf } from './testing.ts';
import { newTrack } from './track.ts';

const inLane: LaneEvidence = {
  lane: 0,
  rule: 'stronger-in-lane',
  laneDbm: -60,
  marginDb: presenceDelays.enterMarginDb + 6,
  excessDb: 6,
  relative: true,
  clear: true,
  fitDb: null,
  ownLimit: false,
  falling: false,
  rising: false,
  riseDb: 0,
  nearSum: 0,
  gapMs: 100,
  lingering: false,
  belowExit: false,
};

const unseen: Seen = { still: 0, freezes: false, motionShows: false };
const moves: Seen = { ...unseen, motionShows: true };
const stands: Seen = { ...moves, still: 1 };
/** Hardly still yet by the mean step: what counts is the sum over all hearings. */
const freezes: Seen = { still: 0.01, freezes: true, motionShows: true };

/** Seconds until it is enough, hearing ten times a second; null = not within a minute. */
function secondsToArrive(
  evidence: LaneEvidence,
  seen: Seen = unseen,
  cameFromDbMargin: number | null = null,
  passEvidence = 0,
  standsSum = 0,
): number | null {
  const track = newTrack(codeOf(1), 0);
  track.standsSum = standsSum;
  track.lowMarginDb = cameFromDbMargin;
  for (let atMs = 100; atMs <= 60_000; atMs += 100) {
    if (addEvidence(track, evidence, seen, false, passEvidence, notHeld, atMs, presenceDelays))
      return atMs / 1_000;
  }
  return null;
}

describe('evidence for a lane', () => {
  it('is enough sooner the clearer it is', () => {
    const weak = secondsToArrive({ ...inLane, excessDb: 0 }) ?? 0;
    const strong = secondsToArrive({ ...inLane, excessDb: 12 }) ?? 0;
    expect(strong).toBeLessThan(weak / 2);
  });

  it('does not grow while the level sinks: the car passes by', () => {
    expect(secondsToArrive({ ...inLane, falling: true })).toBeNull();
  });

  it('grows half as fast while the level rises: the car still comes nearer', () => {
    const rising = secondsToArrive({ ...inLane, rising: true }) ?? 0;
    expect(rising).toBeCloseTo((secondsToArrive(inLane) ?? 0) / presenceDelays.risingWeight, 0);
  });

  it('is enough within half a second for a car that is seen to stand', () => {
    expect(secondsToArrive(inLane, stands)).toBeLessThan(0.5);
  });

  it('is not sooner enough for one that is seldom heard: each hearing says once that it stands', () => {
    const track = newTrack(codeOf(1), 0);
    const seldom = { ...inLane, gapMs: 1_000 };
    let hearings = 0;
    for (let atMs = 1_000; hearings < 100; atMs += 1_000) {
      hearings += 1;
      if (addEvidence(track, seldom, { ...stands, still: 0.1 }, false, 0, notHeld, atMs, presenceDelays))
        break;
    }
    const tenTimesASecond = (secondsToArrive(inLane, { ...stands, still: 0.1 }) ?? 0) * 10;
    expect(hearings).toBeGreaterThan(1);
    expect(hearings).toBeGreaterThanOrEqual(tenTimesASecond / 5);
  });

  it('is as soon enough for one whose hearings come in bursts: they are as many', () => {
    const track = newTrack(codeOf(1), 0);
    const seen = { ...stands, still: 0.1 };
    let hearings = 0;
    for (let atMs = 1_000; hearings < 100; atMs += 1_000) {
      hearings += 10;
      const enough = Array.from({ length: 10 }, () =>
        addEvidence(track, inLane, seen, false, 0, notHeld, atMs, presenceDelays),
      );
      if (enough.includes(true)) break;
    }
    expect(hearings).toBeLessThanOrEqual((secondsToArrive(inLane, seen) ?? 0) * 10 + 10);
  });

  it('must be more from motion alone where receivers would show the car standing', () => {
    expect(secondsToArrive(inLane, moves)).toBeGreaterThan((secondsToArrive(inLane) ?? 0) * 2);
  });

  const enough = presenceDelays.standsSum;

  it('is enough at once for a car that surely stands', () => {
    expect(secondsToArrive(inLane, freezes, null, 0, enough - 1)).toBeGreaterThan(1);
    expect(secondsToArrive(inLane, freezes, null, 0, enough)).toBe(0.1);
    expect(secondsToArrive(inLane, { ...freezes, freezes: false }, null, 0, enough)).toBeGreaterThan(1);
  });

  it('but not where no standing car has arrived, nor at once in a lane that others pass', () => {
    const outside = { ...inLane, rule: null, excessDb: -10, marginDb: -1 };
    expect(secondsToArrive(outside, freezes, null, 0, enough)).toBeNull();
    expect(secondsToArrive(inLane, freezes, null, 30, enough)).toBeGreaterThan(1);
  });

  describe('of a car that came in, and of which hardly anything is heard yet but that it may stand', () => {
    const mayStand = { ...inLane, rule: null, excessDb: -1, marginDb: presenceDelays.stillMarginDb + 2 };
    const outsideDb = mayStand.marginDb - presenceDelays.stillRoseDb - 2;
    const seconds = (standsSum: number, evidence: Partial<LaneEvidence> = {}, cameFromDb = outsideDb) =>
      secondsToArrive({ ...mayStand, ...evidence }, { ...freezes, still: 0.001 }, cameFromDb, 0, standsSum);

    it('is enough the sooner the more is heard of it', () => {
      expect(seconds(enough - 1)).toBeLessThan(seconds(enough - 2) ?? 0);
    });

    it('is enough sooner where its level has risen', () => {
      expect(seconds(enough - 2, { riseDb: 5 })).toBeLessThan(seconds(enough - 2, { riseDb: 1 }) ?? 0);
    });

    it('is enough sooner right before the receiver, once it has been there for a while', () => {
      const { nearMostSum, nearEnoughSum, nearHeldMs } = presenceDelays;
      const far = seconds(enough - 2, { nearSum: nearEnoughSum }) ?? 0;
      expect(far).toBe(seconds(enough - 2));
      expect(far).toBeGreaterThan(nearHeldMs / 1_000);
      const before = seconds(enough - 2, { nearSum: nearMostSum }) ?? 0;
      expect(before).toBeLessThan(far);
      expect(before).toBeGreaterThanOrEqual(nearHeldMs / 1_000);
    });

    it('is not enough while the readings say that it moves, however long it has been there', () => {
      expect(seconds(0, { riseDb: 20 })).toBeNull();
    });

    it('is no sooner enough for one that was there before: it was not heard to come in', () => {
      expect(seconds(enough - 1, { riseDb: 5, excessDb: 1 }, mayStand.marginDb)).toBeNull();
    });
  });

  const near = { ...inLane, rule: null, excessDb: -2, marginDb: presenceDelays.stillMarginDb + 1 };

  it('takes a smaller margin for a car that stands, if its margin rose as it came in', () => {
    const outside = near.marginDb - presenceDelays.stillRoseDb - 1;
    expect(secondsToArrive(near, stands, outside)).toBeLessThan(1);
    expect(secondsToArrive(near, moves, outside)).toBeNull();
  });

  it('takes the whole margin for one that stands about where it always was', () => {
    expect(secondsToArrive(near, stands)).toBeNull();
    expect(secondsToArrive(inLane, stands)).toBeLessThan(1);
  });

  it('takes hardly any margin for a car that stands, once it was heard to come in from outside', () => {
    const seconds = (fromOutside: boolean): number | null => {
      const track = newTrack(codeOf(1), 0);
      const at = (marginDb: number) => ({
        ...inLane,
        rule: null,
        marginDb,
        excessDb: marginDb - presenceDelays.enterMarginDb,
      });
      const weigh = (marginDb: number, still: number, atMs: number) =>
        addEvidence(track, at(marginDb), { ...moves, still }, false, 0, notHeld, atMs, presenceDelays);
      if (fromOutside) weigh(-presenceDelays.swingDb, 0, 100);
      for (let atMs = 200; atMs <= 5_000; atMs += 100) if (weigh(2, 1, atMs)) return atMs / 1_000;
      return null;
    };
    expect(seconds(true)).toBeLessThan(1);
    expect(seconds(false)).toBeNull();
  });

  it('is taken away again by evidence against it', () => {
    const track = newTrack(codeOf(1), 0);
    addEvidence(track, inLane, moves, false, 0, notHeld, 1_000, presenceDelays);
    const against = { ...inLane, rule: null, excessDb: -10 };
    addEvidence(track, against, moves, false, 0, notHeld, 2_000, presenceDelays);
    expect(track.evidence).toBe(0);
    expect(track.inLaneSinceMs).toBeNull();
  });
});
