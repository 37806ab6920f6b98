import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PresenceChange, PresenceEngine, type PresenceState, presenceDelays } from './index.ts';
import { codeOf, forecourt } from './testing.ts';

const receiverIds = ['entrance', 'bays', 'island', 'canopy', 'stranger'];

/** A step of a wild run: a hearing or a tick, after a gap that may be negative or hours long. */
const step = fc.record({
  gapMs: fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 0, max: 1_000 }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 120_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: -7_200_000, max: 7_200_000 }) },
  ),
  tick: fc.boolean(),
  car: fc.integer({ min: 1, max: 5 }),
  receiver: fc.integer({ min: 0, max: receiverIds.length - 1 }),
  rssiDbm: fc.oneof(
    { weight: 10, arbitrary: fc.integer({ min: -100, max: -40 }) },
    { weight: 1, arbitrary: fc.constantFrom(null, Number.NaN, Number.NEGATIVE_INFINITY, 0, 127, -128) },
  ),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Bursts make lanes and departures likely: the same hearing many times over. */
const run = fc.array(fc.record({ step, times: fc.integer({ min: 1, max: 40 }) }), { maxLength: 40 });

function play(steps: readonly { step: Step; times: number }[], engine: PresenceEngine): PresenceChange[] {
  const changes: PresenceChange[] = [];
  let atMs = 1_700_000_000_000;
  for (const { step: s, times } of steps) {
    atMs += s.gapMs;
    for (let i = 0; i < times; i++) {
      atMs += 100;
      if (s.tick) {
        changes.push(...engine.tick(atMs));
      } else {
        const receiverId = receiverIds[s.receiver] ?? '';
        changes.push(...engine.sighting({ code: codeOf(s.car), receiverId, rssiDbm: s.rssiDbm, atMs }));
      }
    }
  }
  return changes;
}

const legalNext: Record<PresenceState | 'none', readonly PresenceState[]> = {
  none: ['tentative'],
  tentative: ['approaching', 'departed'],
  approaching: ['approaching', 'arrived', 'departed'],
  arrived: ['arrived', 'parked', 'departed'],
  parked: ['arrived', 'departed'],
  departed: ['tentative'],
};

describe('whatever is heard', () => {
  it('never throws, and every car goes through its states in a legal order', () => {
    fc.assert(
      fc.property(run, (steps) => {
        const state = new Map<string, PresenceState>();
        for (const change of play(steps, new PresenceEngine(forecourt))) {
          expect(legalNext[state.get(change.code) ?? 'none']).toContain(change.state);
          state.set(change.code, change.state);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('gives an arrived car a lane or its candidates, and never a time of arrival before it was heard', () => {
    fc.assert(
      fc.property(run, (steps) => {
        for (const c of play(steps, new PresenceEngine(forecourt))) {
          if (c.state !== 'arrived' && c.state !== 'parked') continue;
          expect(c.laneId !== null || (c.laneCandidates?.length ?? 0) > 1).toBe(true);
          expect(c.arrivedAtMs).not.toBeNull();
          expect(c.arrivedAtMs ?? 0).toBeGreaterThanOrEqual(c.firstHeardAtMs);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('says the same for the same hearings: nothing depends on chance or on the real clock', () => {
    fc.assert(
      fc.property(run, (steps) => {
        expect(play(steps, new PresenceEngine(forecourt))).toEqual(
          play(steps, new PresenceEngine(forecourt)),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('never lets a car that stood quietly depart by silence shorter than the long time-out', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -80, max: -45 }),
        fc.array(fc.integer({ min: 1_000, max: presenceDelays.longTimeoutMs / 20 }), { maxLength: 19 }),
        (levelDbm, gapsMs) => {
          const engine = new PresenceEngine(forecourt);
          engine.tick(0);
          let atMs = 60_000;
          const changes: PresenceChange[] = [];
          for (; atMs < 75_000; atMs += 100) {
            changes.push(
              ...engine.sighting({ code: codeOf(1), receiverId: 'bays', rssiDbm: levelDbm, atMs }),
            );
          }
          expect(changes.at(-1)?.state).toBe('arrived');
          for (const gapMs of gapsMs) {
            atMs += gapMs;
            for (const change of engine.tick(atMs)) expect(change.state).toBe('parked');
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('stays within its bounds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 300 }), (numbers) => {
        const engine = new PresenceEngine({ ...forecourt, tuning: { maxCodes: 10 } });
        let atMs = 0;
        for (const n of numbers) {
          atMs += 10;
          engine.sighting({ code: codeOf(n), receiverId: 'bays', rssiDbm: -60, atMs });
          expect(engine.trackedCodes).toBeLessThanOrEqual(10);
        }
      }),
      { numRuns: 50 },
    );
  });
});
