import { describe, expect, it } from 'vitest';
import { type PresenceChange, PresenceEngine, presenceDelays } from './index.ts';
import { codeOf, forecourt, oneReceiver, Scene } from './testing.ts';

describe('a receiver is lost', () => {
  it('parks the cars it heard, all at once, and departs none of them', () => {
    const scene = new Scene(forecourt);
    const cars = [1, 2, 3, 4].map(codeOf);
    for (let i = 0; i < 60; i++) {
      for (const code of cars) {
        for (const [receiverId, rssiDbm] of [['entrance', -88] as const, ['bays', -60] as const]) {
          scene.changes.push(...scene.engine.sighting({ code, receiverId, rssiDbm, atMs: scene.nowMs }));
        }
      }
      scene.nowMs += 100;
    }
    for (const code of cars) expect(scene.last(code).state).toBe('arrived');
    // The bays' receiver dies; the entrance still hears them weakly, as before.
    for (const code of cars) scene.hear({ entrance: -88 }, 5_000, code);
    scene.pass(60_000);
    for (const code of cars) expect(scene.last(code).state).toBe('parked');
  });

  it('does not take the loss of the lane for a car that leaves, even while the entrance hears it on', () => {
    const scene = new Scene(forecourt).arriveAtBay();
    scene.hear({ entrance: -85, bays: -60 }, 3_000, codeOf(2));
    scene.arriveAtBay();
    scene.engine.receiverDown('bays');
    scene.hear({ entrance: -80 }, 60_000);
    expect(scene.last().state).not.toBe('departed');
  });

  it('keeps an approaching car while the only receiver that heard it is down', () => {
    const scene = new Scene(oneReceiver).hear({ counter: [-82, -94] }, 3_000);
    scene.engine.receiverDown('counter');
    scene.pass(presenceDelays.approachingSilenceMs + 30_000);
    expect(scene.last().state).toBe('approaching');
    scene.engine.receiverUp('counter');
    scene.pass(5_000);
    expect(scene.last().state).toBe('departed');
  });

  it('keeps an approaching car when its receiver fell silent for everybody together', () => {
    const scene = new Scene(forecourt);
    for (let i = 0; i < 30; i++) {
      scene.hear({ entrance: -88 }, 100, codeOf(1)).hear({ entrance: -84 }, 100, codeOf(2));
    }
    scene.pass(presenceDelays.approachingSilenceMs + 30_000);
    expect([scene.last(codeOf(1)).state, scene.last(codeOf(2)).state]).toEqual([
      'approaching',
      'approaching',
    ]);
  });
});

describe('the clock is corrected', () => {
  it('departs nobody when it is set back by an hour, and goes on judging', () => {
    const scene = new Scene(forecourt).arriveAtBay();
    scene.nowMs -= 3_600_000;
    scene.hear({ entrance: -85, bays: -58 }, 2_000).pass(15_000);
    expect(scene.last().state).toBe('parked');
    scene.hear({ entrance: [-85, -58], bays: [-58, -88] }, 6_000).hear({ entrance: -58, bays: -90 }, 3_000);
    expect(scene.last().state).toBe('departed');
  });

  it('says the waiting time on the corrected clock', () => {
    const scene = new Scene(forecourt).arriveAtBay();
    const waitedMs = scene.nowMs - scene.last().firstHeardAtMs;
    scene.nowMs -= 3_600_000;
    scene.hear({ entrance: -85, bays: -58 }, 1_000);
    const now = scene.engine.explain(codeOf(1));
    expect(scene.nowMs - (now?.firstHeardAtMs ?? 0)).toBeCloseTo(waitedMs + 1_000, -3);
  });

  it('closes nobody when it jumps ahead by years, as after a start without a clock battery', () => {
    const scene = new Scene(forecourt).arriveAtBay();
    scene.nowMs += 30 * 365 * 24 * 3_600_000;
    scene.pass(20_000);
    expect(scene.last().state).toBe('parked');
  });
});

describe('strangers', () => {
  it('are bounded: 100,000 random codes leave no more than the limit, and the car that arrived stays', () => {
    const scene = new Scene(forecourt).arriveAtBay();
    for (let n = 0; n < 100_000; n++) {
      scene.engine.sighting({
        code: codeOf(1_000 + n),
        receiverId: 'entrance',
        rssiDbm: -90,
        atMs: scene.nowMs + Math.floor(n / 100),
      });
    }
    expect(scene.engine.trackedCodes).toBeLessThanOrEqual(presenceDelays.maxCodes);
    expect(scene.engine.explain(codeOf(1))?.state).toBe('arrived');
    expect(scene.engine.snapshot().evicted).toBeGreaterThan(90_000);
  });

  it('are told off: a code that was pushed out is reported as departed', () => {
    const engine = new PresenceEngine({ ...forecourt, tuning: { maxCodes: 2 } });
    const changes: PresenceChange[] = [];
    for (const n of [1, 2, 3]) {
      changes.push(
        ...engine.sighting({ code: codeOf(n), receiverId: 'entrance', rssiDbm: -90, atMs: n * 1_000 }),
      );
    }
    expect(changes.filter((c) => c.code === codeOf(1)).map((c) => c.state)).toEqual([
      'tentative',
      'departed',
    ]);
  });

  it('are refused when only cars that arrived are left to push out', () => {
    const scene = new Scene({ ...forecourt, tuning: { maxCodes: 1 } }).arriveAtBay();
    expect(
      scene.engine.sighting({ code: codeOf(9), receiverId: 'entrance', rssiDbm: -90, atMs: scene.nowMs }),
    ).toEqual([]);
    expect(scene.engine.snapshot()).toMatchObject({ refused: 1, present: [{ code: codeOf(1) }] });
  });

  it('from more receivers than are listened to change nothing', () => {
    const engine = new PresenceEngine({ ...forecourt, tuning: { maxReceivers: 3 } });
    expect(engine.sighting({ code: codeOf(1), receiverId: 'entrance', rssiDbm: -60, atMs: 0 })).toEqual([]);
  });
});

describe('the station restarts', () => {
  it('goes on with the stays of the earlier run: the restart of the engine is the same stay', () => {
    const before = new Scene(forecourt).arriveAtBay();
    const { firstHeardAtMs, arrivedAtMs, lastHeardAtMs } = before.last();
    const engine = new PresenceEngine(forecourt);
    const nowMs = before.nowMs + 120_000;
    engine.restore(
      [
        {
          code: codeOf(1),
          state: 'parked',
          laneId: 'bay-1',
          firstHeardAtMs,
          arrivedAtMs: arrivedAtMs ?? 0,
          lastHeardAtMs,
        },
      ],
      nowMs,
    );
    const changes = engine.sighting({
      code: codeOf(1),
      receiverId: 'bays',
      rssiDbm: -60,
      atMs: nowMs + 1_000,
    });
    expect(changes).toMatchObject([{ state: 'arrived', laneId: 'bay-1', firstHeardAtMs, arrivedAtMs }]);
  });
});
