import { describe, expect, it } from 'vitest';
import { PresenceEngine, parseLearned, presenceDelays } from './index.ts';
import { likelyLanes } from './lane-evidence.ts';
import { hear, newLevel } from './smoothed-level.ts';
import { codeOf, forecourt, Scene } from './testing.ts';

/** So many cars stand at pump 3, are switched off for two minutes, wake there and leave. */
function afterStays(stays: number): Scene {
  const scene = new Scene(forecourt);
  for (let n = 1; n <= stays; n++) {
    const code = codeOf(100 + n);
    scene
      .hear({ entrance: -88, canopy: -60, bays: -86 }, 8_000, code)
      .pass(120_000)
      .hear({ entrance: -88, canopy: -60, bays: -86 }, 3_000, code)
      .hear({ entrance: [-80, -60], canopy: [-70, -92] }, 6_000, code)
      .pass(60_000);
  }
  return scene;
}

const lanesOf = (scene: Scene) => scene.engine.learned().lanes;
const allReceivers = ['entrance', 'bays', 'island', 'canopy'];
/** Near the canopy, but not as near as its cars, and nearer to the entrance than they. */
const passer = { entrance: -72, canopy: -61, bays: -95 };

function arrives(scene: Scene, levels: Record<string, number>): boolean {
  const code = codeOf(1_000);
  scene.hear(levels, 4_000, code);
  return scene.states(code).includes('arrived');
}

describe('a lane learns what its own cars look like', () => {
  it('from cars that fell silent in it and are heard there again, receiver by receiver', () => {
    expect(lanesOf(afterStays(2))).toMatchObject([{ laneId: 'pump-3', stays: 2 }]);
    const meanDbm = lanesOf(afterStays(2))[0]?.meanDbm;
    expect(meanDbm?.canopy).toBeCloseTo(-60, 0);
    expect(meanDbm?.entrance).toBeCloseTo(-88, 0);
  });

  it('and not from one that is never heard again: it may have passed', () => {
    const scene = new Scene(forecourt).hear({ entrance: -88, canopy: -60 }, 8_000).pass(300_000);
    expect(scene.last()).toMatchObject({ state: 'parked', laneId: 'pump-3' });
    expect(lanesOf(scene)).toEqual([]);
  });

  it('and not from one that was silent for a moment only', () => {
    const scene = new Scene(forecourt)
      .hear({ entrance: -88, canopy: -60 }, 8_000)
      .pass(presenceDelays.stoodMs / 2)
      .hear({ entrance: -88, canopy: -60 }, 3_000);
    expect(lanesOf(scene)).toEqual([]);
  });

  it('so that a car which passes it closely is no arrival there any more', () => {
    expect(arrives(afterStays(0), passer)).toBe(true);
    expect(arrives(afterStays(presenceDelays.signatureStays), passer)).toBe(false);
  });

  it('and one that is heard like them arrives, whatever its transmit power, and says why', () => {
    for (const shiftDb of [-6, 0, 6]) {
      const scene = afterStays(presenceDelays.signatureStays);
      const levels = { entrance: -88 + shiftDb, canopy: -60 + shiftDb, bays: -86 + shiftDb };
      expect(arrives(scene, levels)).toBe(true);
      const arrived = scene.changes.find(({ code, state }) => code === codeOf(1_000) && state === 'arrived');
      expect(arrived).toMatchObject({ laneId: 'pump-3', why: { rule: 'like-its-cars' } });
    }
  });
});

describe('a car unlike all that stood in its lane', () => {
  const unlike = { entrance: -90, canopy: -58, bays: -60, island: -60 };

  it('arrives all the same where it is heard so much better than outside', () => {
    const scene = afterStays(presenceDelays.signatureStays);
    expect(arrives(scene, unlike)).toBe(true);
    expect(scene.last(codeOf(1_000)).why.rule).toBe('stronger-in-lane');
  });

  it('and not where it is heard but somewhat better', () => {
    expect(arrives(afterStays(presenceDelays.signatureStays), { ...unlike, entrance: -71 })).toBe(false);
  });
});

describe('which of two lanes that know their own cars', () => {
  it('is the likelier by how its cars sound the more of them they know; of one car each, it is as likely the louder one', () => {
    const lanesThatKnow = (stays: number) =>
      [
        { laneId: 'louder', meanDbm: [-60, -66, -79] },
        { laneId: 'alike', meanDbm: [-64, -68, -66] },
      ].map(({ laneId, meanDbm }, index) => ({
        laneId,
        signature: { stays, seen: 1, meanDbm },
        lessons: [],
        pass: { calls: 0, evidence: 0 },
        receivers: [{ index, offsetDb: 0, enterDbm: null, exitDbm: null }],
      }));
    const heard = (dbm: number) => {
      const level = newLevel();
      hear(level, dbm, 0, presenceDelays);
      return level;
    };
    const levels = [heard(-64), heard(-68), heard(-66)];
    const named = (stays: number) => likelyLanes(lanesThatKnow(stays), levels, 0, presenceDelays).laneIds;
    expect(named(200)).toEqual(['alike']);
    expect(named(1).toSorted()).toEqual(['alike', 'louder']);
  });
});

describe("a lane that other lanes' cars pass", () => {
  it('learns it when a car was called arrived there and went on to another lane', () => {
    const scene = new Scene(forecourt).hear({ entrance: -85, canopy: [-75, -60] }, 4_000);
    scene.hear({ entrance: -85, canopy: -60 }, 2_000);
    expect(scene.last()).toMatchObject({ state: 'arrived', laneId: 'pump-3' });
    scene.hear({ entrance: -90, canopy: [-60, -90], bays: [-85, -60] }, 3_000);
    scene.hear({ entrance: -92, canopy: -90, bays: -58 }, 8_000);
    expect(scene.last()).toMatchObject({ state: 'arrived', laneId: 'bay-1' });
    expect(lanesOf(scene)).toMatchObject([
      { laneId: 'pump-3', passCalls: 1, passEvidence: presenceDelays.passFirstEvidence },
    ]);
  });
});

describe('what was learned', () => {
  const learned = () => afterStays(presenceDelays.signatureStays).engine.learned();

  it('goes on in another engine, through the text that the station keeps', () => {
    const scene = new Scene(forecourt);
    const kept = parseLearned(JSON.stringify(learned()));
    if (kept === null) throw new Error('unreadable');
    scene.engine.recall(kept, allReceivers);
    expect(scene.engine.learned()).toEqual(kept);
    expect(arrives(scene, passer)).toBe(false);
  });

  it('is left behind by a lane that other receivers hear now', () => {
    const lanes = forecourt.lanes.map((lane) =>
      lane.laneId === 'pump-3' ? { ...lane, receivers: [{ receiverId: 'island' }] } : lane,
    );
    const engine = new PresenceEngine({ lanes });
    engine.recall(learned(), allReceivers);
    expect(engine.learned().lanes).toEqual([]);
  });

  it('forgets receivers that are gone', () => {
    const engine = new PresenceEngine(forecourt);
    engine.recall(learned(), ['bays', 'island', 'canopy']);
    expect(engine.learned().lanes).toHaveLength(1);
    expect(Object.keys(engine.learned().lanes[0]?.meanDbm ?? {})).not.toContain('entrance');
  });

  it.each([
    null,
    '',
    '{',
    '[]',
    '{"lanes":[]}',
    '{"standJitterDb":1,"stillReceivers":[],"lanes":[{"laneId":1}]}',
  ])('counts as nothing when it cannot be read: %s', (text) => {
    expect(parseLearned(text)).toBeNull();
  });
});

describe('a car falls silent', () => {
  it('in a bay, though a pump that it passed was guessed first: it is parked, not closed', () => {
    const scene = new Scene(forecourt).hear({ entrance: -85, canopy: [-80, -62] }, 3_000);
    scene.hear({ entrance: -85, canopy: -62 }, 2_000);
    expect(scene.last()).toMatchObject({ state: 'arrived', laneId: 'pump-3' });
    scene.hear({ entrance: -90, canopy: [-62, -92], bays: [-80, -62] }, 3_000);
    scene.hear({ entrance: -92, bays: -60 }, 2_000).pass(10 * 60_000);
    expect(scene.last()).toMatchObject({ state: 'parked' });
    expect(scene.states()).not.toContain('departed');
  });

  it('where a lane hears it best, though too weakly for a judgement yet: it arrived', () => {
    const scene = new Scene(forecourt).hear({ entrance: [-86, -94] }, 3_000);
    scene.hear({ entrance: -94, canopy: -89 }, 7_000).pass(30_000);
    expect(scene.states()).toEqual(['tentative', 'approaching', 'arrived', 'parked']);
    expect(scene.changes.find((c) => c.state === 'arrived')?.why.rule).toBe('fell-silent-in-lane');
  });

  it('far away from everybody after its lane heard it sink: it left, though no other car is on the lot', () => {
    const scene = new Scene(forecourt).arriveAtBay();
    // Another car left just before: the bays' receiver hears nobody any more.
    scene.hear({ bays: -88 }, 500, codeOf(2));
    scene
      .hear({ entrance: [-85, -93], bays: [-58, -90] }, 6_000)
      .hear({ entrance: -93 }, 12_000)
      .pass(40_000);
    expect(scene.last()).toMatchObject({ state: 'departed' });
  });
});
