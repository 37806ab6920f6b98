import { describe, expect, it } from 'vitest';
import type { BeaconCode } from '../../shared/domain/index.ts';
import { PresenceEngine, type PresenceState } from './index.ts';
import { codeOf, forecourt, Scene } from './testing.ts';

/** Eddystone-EID with K = 4: another code every 16 s. */
const rotationMs = 16_000;

/** A jack whose code changes every 16 s from a given moment on. */
function rotating(firstChangeAtMs: number) {
  return (atMs: number): BeaconCode =>
    codeOf(100 + Math.ceil(Math.max(0, atMs - firstChangeAtMs + 1) / rotationMs));
}

/** All codes of that jack are one car's: known at once, or after so long. */
function scene(answerAfterMs: number): Scene {
  const made = new Scene(forecourt);
  made.carOf = () => 'jack-1';
  made.answerAfterMs = answerAfterMs;
  return made;
}

/** What a person is told about the car: its states without repetition, and without codes that gave way. */
function story(s: Scene): PresenceState[] {
  const states: PresenceState[] = [];
  for (const { state, why } of s.changes) {
    if (why.rule !== 'code-changed' && states.at(-1) !== state) states.push(state);
  }
  return states;
}

function comeAndStand(s: Scene, code: (atMs: number) => BeaconCode): Scene {
  return s
    .hear({ entrance: [-75, -60], bays: [-90, -75] }, 4_000, code)
    .hear({ entrance: [-60, -85], bays: [-75, -58] }, 4_000, code)
    .hear({ entrance: -85, bays: -58 }, 4_000, code);
}

function leave(s: Scene, code: (atMs: number) => BeaconCode): Scene {
  return s
    .hear({ entrance: [-85, -58], bays: [-58, -88] }, 6_000, code)
    .hear({ entrance: [-58, -92], bays: -92 }, 14_000, code);
}

describe.each([
  ['known at once, by the expected list', 0],
  ['known a second later, by the server', 1_000],
])('a rotating code, %s, changes', (_, answerAfterMs) => {
  it('while the car approaches: one arrival, counted from the first code', () => {
    const s = scene(answerAfterMs);
    const cameAtMs = s.nowMs;
    comeAndStand(s, rotating(s.nowMs + 3_000));
    expect(s.engine.snapshot().present).toMatchObject([{ state: 'arrived', laneId: 'bay-1' }]);
    expect(s.engine.snapshot().present[0]?.firstHeardAtMs).toBe(cameAtMs);
    expect(story(s).filter((state) => state === 'arrived')).toHaveLength(1);
  });

  it('in the very second of the arrival: one arrival, and no later than two seconds after the stop', () => {
    const s = scene(answerAfterMs);
    const stopsAtMs = s.nowMs + 8_000;
    comeAndStand(s, rotating(stopsAtMs - 500));
    const arrivals = s.changes.filter((c) => c.state === 'arrived' && c.arrivedAtMs === c.atMs);
    expect(arrivals).toHaveLength(1);
    expect((arrivals[0]?.atMs ?? 0) - stopsAtMs).toBeLessThan(2_000 + answerAfterMs);
  });

  it('again and again while the car stands: it stays arrived, the same stay under the newest code', () => {
    const s = scene(answerAfterMs);
    const code = rotating(s.nowMs + 15_000);
    comeAndStand(s, code);
    const { firstHeardAtMs, arrivedAtMs } = s.changes.at(-1) ?? {};
    s.hear({ entrance: -85, bays: -58 }, 10 * rotationMs, code);
    expect(s.engine.snapshot().present).toMatchObject([
      { code: code(s.nowMs - 1), state: 'arrived', laneId: 'bay-1', firstHeardAtMs, arrivedAtMs },
    ]);
    expect(s.engine.trackedCodes).toBe(1);
  });

  it('while it is parked: the restart under another code is the same stay', () => {
    const s = scene(answerAfterMs);
    const code = rotating(s.nowMs + 10_000);
    comeAndStand(s, code);
    const { firstHeardAtMs, arrivedAtMs } = s.changes.at(-1) ?? {};
    s.pass(5 * 60_000).hear({ entrance: -85, bays: -58 }, 5_000, code);
    expect(s.engine.snapshot().present).toMatchObject([
      { code: code(s.nowMs - 1), state: 'arrived', laneId: 'bay-1', firstHeardAtMs, arrivedAtMs },
    ]);
  });

  it.each([-3_000, 500, 1_500, 3_000, 4_500, 6_000, 8_000, 12_000])(
    'as the car leaves, %i ms after it set off: it has left once, and does not come back',
    (changesAfterMs) => {
      const s = scene(answerAfterMs);
      const code = rotating(s.nowMs + 12_000 + 6_000 + changesAfterMs);
      comeAndStand(s, code).hear({ entrance: -85, bays: -58 }, 6_000, code);
      leave(s, code).pass(60_000);
      expect(s.engine.snapshot().present).toEqual([]);
      const departed = s.changes.filter((c) => c.state === 'departed' && c.why.rule !== 'code-changed');
      expect(departed).toHaveLength(1);
      expect(story(s).lastIndexOf('arrived')).toBeLessThan(story(s).indexOf('departed'));
    },
  );

  it('while it is parked, and it drives off at once: it has left', () => {
    const s = scene(answerAfterMs);
    const code = rotating(s.nowMs + 10_000);
    comeAndStand(s, code).pass(5 * 60_000);
    s.hear({ entrance: -85, bays: -58 }, 1_500, code);
    leave(s, code).pass(60_000);
    expect(s.engine.snapshot().present).toEqual([]);
  });
});

describe('codes of one car', () => {
  it('report the newest code first and let the former one go, so that nobody is without the car', () => {
    const s = scene(0);
    const code = rotating(s.nowMs + 13_000);
    comeAndStand(s, code).hear({ entrance: -85, bays: -58 }, 2_000, code);
    expect(s.changes.slice(-2)).toMatchObject([
      { code: codeOf(101), state: 'arrived', laneId: 'bay-1' },
      { code: codeOf(100), state: 'departed', why: { rule: 'code-changed' } },
    ]);
    expect(s.engine.explain(codeOf(100))?.code).toBe(codeOf(101));
  });

  it('that nobody knows stay two cars', () => {
    const s = new Scene(forecourt);
    comeAndStand(s, rotating(s.nowMs + 10_000));
    expect(s.engine.trackedCodes).toBe(2);
  });

  it('of two cars stay two cars, however alike they are', () => {
    const s = new Scene(forecourt);
    s.carOf = (code) => `jack of ${code}`;
    for (let i = 0; i < 40; i++) s.hear({ bays: -60 }, 100, codeOf(1)).hear({ bays: -60 }, 100, codeOf(2));
    expect(s.engine.snapshot().present).toHaveLength(2);
  });

  it('are bounded: a jack that changes its code a thousand times leaves one track and eight codes', () => {
    const s = scene(0);
    s.hear({ entrance: -85, bays: -58 }, 100_000, (atMs) => codeOf(1_000 + Math.floor(atMs / 100)));
    expect(s.engine.snapshot().present).toMatchObject([{ state: 'arrived' }]);
    const known = Array.from({ length: 1_000 }, (_, n) => codeOf(1_000 + Math.floor(s.nowMs / 100) - n));
    expect(known.filter((code) => s.engine.explain(code) !== null)).toHaveLength(8);
  });

  it('join when the answer comes only after the car left: the parked stay has ended', () => {
    const s = scene(0);
    comeAndStand(s, () => codeOf(1)).pass(60_000);
    s.carOf = () => null;
    s.hear({ entrance: [-70, -58], bays: -90 }, 3_000, codeOf(2)).hear(
      { entrance: [-58, -92] },
      6_000,
      codeOf(2),
    );
    s.pass(12_000);
    s.changes.push(...s.engine.sameCar(codeOf(2), 'jack-1', s.nowMs));
    expect(s.last(codeOf(1))).toMatchObject({ state: 'departed', why: { rule: 'heard-leaving' } });
    expect(s.engine.snapshot().present).toEqual([]);
  });

  it('keep their car over a restart of the station', () => {
    const s = scene(0);
    comeAndStand(s, () => codeOf(1));
    const engine = new PresenceEngine(forecourt);
    engine.restore(s.engine.stays(), s.nowMs + 60_000);
    const atMs = s.nowMs + 90_000;
    engine.sighting({ code: codeOf(2), receiverId: 'bays', rssiDbm: -58, atMs });
    engine.sameCar(codeOf(2), 'jack-1', atMs);
    expect(engine.snapshot().present).toMatchObject([
      { code: codeOf(2), state: 'arrived', firstHeardAtMs: s.last().firstHeardAtMs },
    ]);
  });
});
