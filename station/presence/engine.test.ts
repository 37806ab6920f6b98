import { describe, expect, it } from 'vitest';
import { type PresenceChange, PresenceEngine, presenceDelays } from './index.ts';
import { codeOf, forecourt, oneReceiver, Scene } from './testing.ts';

describe('a car comes', () => {
  it('shows a single weak hearing as tentative instead of dropping it', () => {
    const scene = new Scene(oneReceiver).hear({ counter: -94 }, 100);
    expect(scene.states()).toEqual(['tentative']);
    expect(scene.last().why.rule).toBe('first-hearing');
  });

  it('calls it approaching when it is heard again, though nothing more is known', () => {
    const scene = new Scene(oneReceiver).hear({ counter: -94 }, 1_000);
    expect(scene.states()).toEqual(['tentative', 'approaching']);
  });

  it('says arrived with its lane within two seconds of the stop', () => {
    const scene = new Scene(forecourt).hear({ entrance: [-75, -60], bays: [-90, -75] }, 4_000);
    scene.hear({ entrance: [-60, -85], bays: [-75, -58] }, 4_000);
    const stoppedAtMs = scene.nowMs;
    scene.hear({ entrance: -85, bays: -58 }, 4_000);
    expect(scene.states()).toEqual(['tentative', 'approaching', 'arrived']);
    expect(scene.last().laneId).toBe('bay-1');
    expect(scene.last().atMs - stoppedAtMs).toBeLessThan(2_000);
  });

  it('keeps the time of the first hearing, not of the confirmation, for the person who waits', () => {
    const scene = new Scene(forecourt);
    const cameAtMs = scene.nowMs;
    scene.arriveAtBay();
    expect(scene.last().firstHeardAtMs).toBe(cameAtMs);
    expect(scene.last().arrivedAtMs).toBeGreaterThan(cameAtMs);
  });

  it('explains why it is in that lane: which receivers, what levels, by how much, since when', () => {
    const scene = new Scene(forecourt).arriveAtBay();
    const why = scene.engine.explain(codeOf(1))?.why;
    expect(why?.rule).toBe('stronger-in-lane');
    expect(why?.levels[0]).toMatchObject({ receiverId: 'bays' });
    expect(why?.levels[0]?.smoothedDbm).toBeCloseTo(-58, 0);
    expect(why?.marginDb).toBeGreaterThan(presenceDelays.enterMarginDb);
    expect(why?.sinceMs).toBeLessThanOrEqual(scene.last().atMs);
  });

  it.each([-20, -10, 10])('finds the same lane for a jack that sends %i dB stronger than usual', (dB) => {
    const scene = new Scene(forecourt)
      .hear({ entrance: [-75 + dB, -60 + dB] }, 4_000)
      .hear({ entrance: [-60 + dB, -85 + dB], bays: [-75 + dB, -58 + dB] }, 4_000)
      .hear({ entrance: -85 + dB, bays: -58 + dB }, 4_000);
    expect(scene.last()).toMatchObject({ state: 'arrived', laneId: 'bay-1' });
  });

  it('works with one untuned receiver: near and standing is arrived', () => {
    const scene = new Scene(oneReceiver).hear({ counter: [-92, -62] }, 6_000).hear({ counter: -62 }, 3_000);
    expect(scene.last()).toMatchObject({ state: 'arrived', laneId: 'bay-1' });
  });

  it('lets a weak jack arrive at a single receiver when it lingers', () => {
    const scene = new Scene(oneReceiver).hear({ counter: -78 }, 9_000);
    expect(scene.last().state).toBe('approaching');
    scene.hear({ counter: -78 }, 5_000);
    expect(scene.last()).toMatchObject({ state: 'arrived', why: { rule: 'lingering' } });
  });

  it("follows the installer's own limit instead of its own comparison", () => {
    const lanes = [
      { laneId: 'bay-1', kind: 'bay' as const, receivers: [{ receiverId: 'counter', enterDbm: -50 }] },
    ];
    const far = new Scene({ lanes }).hear({ counter: -55 }, 30_000);
    expect(far.last().state).toBe('approaching');
    const near = new Scene({ lanes }).hear({ counter: -45 }, 5_000);
    expect(near.last()).toMatchObject({ state: 'arrived', why: { rule: 'strong-level' } });
  });

  it('says of a car that was there before the station started that nobody saw it arrive', () => {
    const engine = new PresenceEngine(oneReceiver);
    const changes: PresenceChange[] = [];
    for (let atMs = 0; atMs < 3_000; atMs += 100) {
      changes.push(...engine.sighting({ code: codeOf(1), receiverId: 'counter', rssiDbm: -55, atMs }));
    }
    expect(changes.at(-1)).toMatchObject({ state: 'arrived', why: { rule: 'present-at-start' } });
  });

  it('takes a car that is fading and loses half of its packets', () => {
    const scene = new Scene(forecourt);
    for (let i = 0; i < 200; i++) {
      const fade = [0, -6, 3, -3, 5, -8, 2][i % 7] ?? 0;
      scene.hear(i % 2 === 0 ? { entrance: -85 - fade, bays: -60 + fade } : {}, 100);
    }
    expect(scene.last()).toMatchObject({ state: 'arrived', laneId: 'bay-1' });
  });

  it('turns silence right after stopping into an arrival: the driver switched the engine off', () => {
    const scene = new Scene(forecourt)
      .hear({ entrance: [-60, -85], bays: [-75, -58] }, 4_000)
      .hear({ entrance: -85, bays: -58 }, 1_000)
      .pass(20_000);
    expect(scene.states()).toEqual(['tentative', 'approaching', 'arrived', 'parked']);
    const arrival = scene.changes.find((c) => c.state === 'arrived');
    expect(arrival?.why.rule).toBe('fell-silent-in-lane');
  });

  it('never makes an arrival of hearings without a level, but shows the car', () => {
    const scene = new Scene(oneReceiver).hear({ counter: null }, 60_000);
    expect(scene.states()).toEqual(['tentative', 'approaching']);
    expect(scene.last().rssiDbm).toBeNull();
  });
});

describe('a car drives by', () => {
  it('is departed without an arrival when it falls away on the road', () => {
    const scene = new Scene(forecourt)
      .hear({ entrance: [-92, -78] }, 3_000)
      .hear({ entrance: [-78, -95] }, 3_000)
      .pass(15_000);
    expect(scene.states()).toEqual(['tentative', 'approaching', 'departed']);
    expect(scene.last()).toMatchObject({ arrivedAtMs: null, why: { rule: 'drove-by' } });
  });

  it('does not arrive at a single receiver either while its level rises and falls', () => {
    const scene = new Scene(oneReceiver)
      .hear({ counter: [-92, -74] }, 2_500)
      .hear({ counter: [-74, -95] }, 2_500)
      .pass(15_000);
    expect(scene.states()).toEqual(['tentative', 'approaching', 'departed']);
  });

  it('does not arrive either while it rolls past at a walking pace', () => {
    const scene = new Scene(oneReceiver)
      .hear({ counter: [-90, -62] }, 5_600)
      .hear({ counter: [-62, -93] }, 6_200)
      .pass(15_000);
    expect(scene.states()).toEqual(['tentative', 'approaching', 'departed']);
  });

  it('forgets a tentative code that is never heard again', () => {
    const scene = new Scene(oneReceiver).hear({ counter: -94 }, 100).pass(90_000);
    expect(scene.states()).toEqual(['tentative', 'departed']);
    expect(scene.engine.trackedCodes).toBe(0);
  });
});

describe('a car stands', () => {
  it('is parked, not departed, when the engine is off and the jack silent', () => {
    const scene = new Scene(forecourt).arriveAtBay().pass(10 * 60_000);
    expect(scene.states()).toEqual(['tentative', 'approaching', 'arrived', 'parked']);
  });

  it('is the same stay when the restart is heard', () => {
    const scene = new Scene(forecourt).arriveAtBay();
    const { firstHeardAtMs, arrivedAtMs } = scene.last();
    scene.pass(10 * 60_000).hear({ entrance: -85, bays: -59 }, 2_000);
    expect(scene.last()).toMatchObject({
      state: 'arrived',
      laneId: 'bay-1',
      firstHeardAtMs,
      arrivedAtMs,
      why: { rule: 'heard-again' },
    });
  });

  it('says "Pump 1 or 2" while one receiver hears both', () => {
    const scene = new Scene(forecourt).hear({ entrance: -90, island: -60 }, 4_000);
    expect(scene.last()).toMatchObject({ state: 'arrived', laneId: null });
    expect(scene.last().laneCandidates?.toSorted()).toEqual(['pump-1', 'pump-2']);
  });

  it('says so while two receivers disagree, and decides when one of them is clearly better', () => {
    const scene = new Scene(forecourt).hear({ entrance: -90, canopy: -61, bays: -62 }, 4_000);
    expect(scene.last().laneCandidates?.toSorted()).toEqual(['bay-1', 'pump-3']);
    scene.hear({ entrance: -90, canopy: -58, bays: -70 }, 8_000);
    expect(scene.last()).toMatchObject({ laneId: 'pump-3', why: { rule: 'lane-narrowed' } });
    expect(scene.last().laneCandidates).toBeUndefined();
  });

  it('moves to another lane only when that is better for a while', () => {
    const scene = new Scene(forecourt).arriveAtBay();
    scene.hear({ entrance: -85, bays: -64, canopy: -60 }, 3_000).hear({ entrance: -85, bays: -58 }, 3_000);
    expect(scene.last().laneId).toBe('bay-1');
    scene.hear({ entrance: -85, bays: -75, canopy: -60 }, 15_000);
    expect(scene.last()).toMatchObject({ state: 'arrived', laneId: 'pump-3', why: { rule: 'moved-lane' } });
    expect(scene.states().filter((state) => state === 'departed')).toEqual([]);
  });

  it('stays arrived through a fade of two seconds', () => {
    const scene = new Scene(forecourt).arriveAtBay();
    scene.hear({ entrance: -85, bays: -80 }, 2_000).hear({ entrance: -85, bays: -58 }, 20_000);
    expect(scene.states().at(-1)).toBe('arrived');
  });
});

describe('a car leaves', () => {
  it('is departed when it is heard leaving by the entrance', () => {
    const scene = new Scene(forecourt).arriveAtBay().pass(60_000);
    scene.hear({ entrance: -85, bays: -58 }, 2_000);
    scene.hear({ entrance: [-85, -58], bays: [-58, -88] }, 6_000).hear({ entrance: -58, bays: -90 }, 3_000);
    expect(scene.last()).toMatchObject({ state: 'departed', why: { rule: 'heard-leaving' } });
  });

  it('starts no new visit with the last words of a car that drives off', () => {
    const scene = new Scene(forecourt).arriveAtBay();
    scene.hear({ entrance: [-85, -58], bays: [-58, -88] }, 6_000);
    scene.hear({ entrance: [-58, -95], bays: -92 }, 20_000).pass(60_000);
    expect(scene.states()).toEqual(['tentative', 'approaching', 'arrived', 'departed']);
    expect(scene.engine.trackedCodes).toBe(0);
  });

  it('begins a new stay when a departed car turns round and comes back to a lane', () => {
    const scene = new Scene(forecourt).arriveAtBay();
    scene.hear({ entrance: [-85, -58], bays: [-58, -88] }, 6_000).hear({ entrance: -58, bays: -90 }, 5_000);
    const leftAtMs = scene.nowMs;
    scene.hear({ entrance: [-58, -85], bays: [-88, -58] }, 4_000).hear({ entrance: -85, bays: -58 }, 4_000);
    expect(scene.states().slice(-4)).toEqual(['departed', 'tentative', 'approaching', 'arrived']);
    expect(scene.last().firstHeardAtMs).toBeGreaterThanOrEqual(leftAtMs);
  });

  it('is departed from a site with one receiver when its level sank and then nothing came', () => {
    const scene = new Scene(oneReceiver).hear({ counter: -55 }, 10_000);
    scene.hear({ counter: [-55, -94] }, 8_000);
    expect(scene.last().state).toBe('arrived');
    scene.pass(30_000);
    expect(scene.last()).toMatchObject({ state: 'departed', why: { rule: 'fell-silent-leaving' } });
  });

  it('is departed when another site hears it', () => {
    const scene = new Scene(forecourt).arriveAtBay().pass(60_000);
    const changes = scene.engine.heardElsewhere(codeOf(1), scene.nowMs);
    expect(changes).toMatchObject([{ state: 'departed', why: { rule: 'heard-elsewhere' } }]);
  });

  it('is departed after the very long time-out, and not a minute sooner', () => {
    const scene = new Scene(forecourt).arriveAtBay();
    const heardAtMs = scene.engine.explain(codeOf(1))?.lastHeardAtMs ?? 0;
    scene.changes.push(...scene.engine.tick(scene.nowMs + 20_000));
    scene.changes.push(...scene.engine.tick(heardAtMs + presenceDelays.longTimeoutMs - 60_000));
    expect(scene.last().state).toBe('parked');
    scene.changes.push(...scene.engine.tick(heardAtMs + presenceDelays.longTimeoutMs + 5_000));
    expect(scene.last()).toMatchObject({ state: 'departed', why: { rule: 'long-timeout' } });
  });
});
