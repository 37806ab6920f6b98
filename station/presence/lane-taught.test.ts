import { describe, expect, it } from 'vitest';
import { PresenceEngine, parseLearned } from './index.ts';
import { codeOf, forecourt, Scene } from './testing.ts';

const atPump3 = { entrance: -88, canopy: -60, bays: -68 };
const lanesOf = (scene: Scene) => scene.engine.learned().lanes;

/** A car that has stood at pump 3 for a while. */
const stands = () => new Scene(forecourt).hear({ entrance: -75 }, 2_000).hear(atPump3, 10_000);

describe('a car that somebody sees stand in a lane', () => {
  it('teaches that lane, receiver by receiver, without a minute of silence', () => {
    const scene = stands();
    scene.engine.stoodIn(codeOf(1), 'pump-3');
    expect(lanesOf(scene)).toMatchObject([{ laneId: 'pump-3', stays: 1, seen: 1 }]);
    expect(lanesOf(scene)[0]?.meanDbm.canopy).toBeCloseTo(-60, 0);
    expect(lanesOf(scene)[0]?.meanDbm.entrance).toBeCloseTo(-88, 0);
  });

  it('teaches it once, however often that is said, and also when it falls silent there', () => {
    const scene = stands();
    scene.engine.stoodIn(codeOf(1), 'pump-3');
    scene.engine.stoodIn(codeOf(1), 'pump-3');
    scene.pass(120_000).hear(atPump3, 3_000);
    scene.engine.stoodIn(codeOf(1), 'pump-3');
    expect(lanesOf(scene)).toMatchObject([{ laneId: 'pump-3', stays: 1, seen: 1 }]);
  });

  it('teaches only once it has stood there for some seconds: before, its levels are those of its way in', () => {
    const scene = new Scene(forecourt)
      .hear({ entrance: -70, canopy: [-90, -61] }, 4_000)
      .hear(atPump3, 1_500);
    expect(scene.last()).toMatchObject({ state: 'arrived' });
    scene.engine.stoodIn(codeOf(1), 'pump-3');
    expect(lanesOf(scene)).toEqual([]);
    scene.hear(atPump3, 8_000);
    expect(lanesOf(scene)).toMatchObject([{ laneId: 'pump-3', stays: 1 }]);
    expect(Math.abs((lanesOf(scene)[0]?.meanDbm.canopy ?? 0) - atPump3.canopy)).toBeLessThan(2);
  });

  it('in another lane after all: the first one is rid of it again', () => {
    const scene = stands();
    scene.engine.stoodIn(codeOf(1), 'bay-1');
    expect(lanesOf(scene)).toMatchObject([{ laneId: 'bay-1', stays: 1 }]);
    scene.engine.stoodIn(codeOf(1), 'pump-3');
    expect(lanesOf(scene)).toMatchObject([{ laneId: 'pump-3', stays: 1 }]);
  });

  it('and whose lane knows other cars leaves it as these had made it', () => {
    const scene = stands();
    scene.engine.teach('bay-1', { bays: -60, canopy: -70, entrance: -85 }, 'walk');
    const before = lanesOf(scene)[0]?.meanDbm;
    scene.engine.stoodIn(codeOf(1), 'bay-1');
    expect(lanesOf(scene)[0]?.meanDbm).not.toEqual(before);
    scene.engine.stoodIn(codeOf(1), 'pump-3');
    expect(lanesOf(scene)[0]?.stays).toBe(1);
    expect(lanesOf(scene)[0]?.meanDbm.bays).toBeCloseTo(before?.bays ?? 0, 5);
    expect(lanesOf(scene)[0]?.meanDbm.canopy).toBeCloseTo(before?.canopy ?? 0, 5);
  });

  it('in a lane that hardly hears it teaches nothing: that was a slip', () => {
    const scene = new Scene(forecourt)
      .hear({ entrance: -75 }, 2_000)
      .hear({ canopy: -60, bays: -86 }, 10_000);
    scene.engine.stoodIn(codeOf(1), 'bay-1');
    scene.pass(20_000);
    expect(lanesOf(scene)).toEqual([]);
  });

  it('and drove on to another lane has left what it taught where it was', () => {
    const scene = stands();
    scene.engine.stoodIn(codeOf(1), 'pump-3');
    scene.hear({ entrance: -90, canopy: [-60, -92], bays: [-68, -58] }, 4_000);
    scene.hear({ entrance: -92, canopy: -92, bays: -58 }, 12_000);
    expect(scene.last()).toMatchObject({ laneId: 'bay-1' });
    scene.engine.stoodIn(codeOf(1), 'bay-1');
    expect(lanesOf(scene).map(({ laneId, seen }) => [laneId, seen])).toEqual([
      ['bay-1', 1],
      ['pump-3', 1],
    ]);
  });

  it('that nobody has heard of, or in a lane that is not there, changes nothing', () => {
    const scene = stands();
    expect(scene.engine.stoodIn(codeOf(9), 'pump-3')).toBe(false);
    expect(scene.engine.stoodIn(codeOf(1), 'pump-9')).toBe(true);
    expect(lanesOf(scene)).toEqual([]);
  });
});

describe('one wrong word among right ones', () => {
  it('moves what the lane knows by no more than its share', () => {
    const engine = new PresenceEngine(forecourt);
    const right = { bays: -58, canopy: -80, entrance: -88 };
    for (let n = 0; n < 3; n++) engine.teach('bay-1', right, `walk ${n}`);
    engine.teach('bay-1', { bays: -75, canopy: -60, entrance: -88 }, 'in the wrong lane');
    const mean = engine.learned().lanes[0]?.meanDbm;
    expect(Math.abs((mean?.bays ?? 0) - right.bays)).toBeLessThanOrEqual(2);
    expect(Math.abs((mean?.canopy ?? 0) - right.canopy)).toBeLessThanOrEqual(2);
  });
});

describe('a walk', () => {
  const walked = (scene: Scene) => {
    scene.engine.teach('bay-1', { entrance: -86, bays: -58, canopy: -72, island: -84 }, 'walk');
    scene.engine.teach('pump-3', { entrance: -74, bays: -66, canopy: -60, island: -66 }, 'walk');
    scene.engine.teach('pump-1', { entrance: -78, bays: -80, canopy: -72, island: -58 }, 'walk');
    scene.engine.teach('pump-2', { entrance: -82, bays: -74, canopy: -66, island: -58 }, 'walk');
  };
  /** As loud at the bays as at the canopy; all the others hear it as they hear the bay's cars. */
  const arriving = (scene: Scene) =>
    scene
      .hear({ entrance: -70 }, 3_000)
      .hear({ entrance: [-70, -86], bays: [-90, -61], canopy: [-90, -61], island: -86 }, 3_000)
      .hear({ entrance: -86, bays: -61, canopy: -61, island: -86 }, 8_000);

  it('lets a new site name the lane of a car that loudness alone cannot tell', () => {
    expect(arriving(new Scene(forecourt)).last()).toMatchObject({ state: 'arrived', laneId: null });
    const scene = new Scene(forecourt);
    walked(scene);
    expect(arriving(scene).last()).toMatchObject({ state: 'arrived', laneId: 'bay-1' });
  });

  it('teaches a lane once, over restarts too', () => {
    const scene = new Scene(forecourt);
    walked(scene);
    const kept = parseLearned(JSON.stringify(scene.engine.learned()));
    if (kept === null) throw new Error('unreadable');
    const next = new Scene(forecourt);
    next.engine.recall(kept, ['entrance', 'bays', 'island', 'canopy']);
    walked(next);
    expect(next.engine.learned().lanes).toEqual(scene.engine.learned().lanes);
  });

  it('is not what arrivals are judged by: for that a lane must know more cars', () => {
    const scene = new Scene(forecourt);
    walked(scene);
    arriving(scene);
    expect(scene.changes.find(({ state }) => state === 'arrived')?.why.rule).toBe('stronger-in-lane');
  });
});

it('what earlier versions learned, without a word of who saw it, goes on', () => {
  const kept = parseLearned(
    JSON.stringify({
      standJitterDb: null,
      stillReceivers: [],
      lanes: [
        {
          laneId: 'bay-1',
          receivers: ['bays'],
          stays: 7,
          meanDbm: { bays: -60 },
          passCalls: 0,
          passEvidence: 0,
        },
      ],
    }),
  );
  if (kept === null) throw new Error('unreadable');
  const engine = new PresenceEngine(forecourt);
  engine.recall(kept, ['entrance', 'bays', 'island', 'canopy']);
  expect(engine.learned().lanes).toMatchObject([{ laneId: 'bay-1', stays: 7, seen: 0 }]);
});
