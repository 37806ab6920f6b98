import { describe, expect, it } from 'vitest';
import { presenceDelays } from './index.ts';
import { indexLanes } from './lane-evidence.ts';
import { codeOf, forecourt, Scene } from './testing.ts';
import { UsualMargin } from './usual-margin.ts';

function lane() {
  const lanes = indexLanes([{ laneId: 'bay-1', kind: 'bay', receivers: [] }], () => 0);
  const usual = new UsualMargin(lanes, presenceDelays);
  return { usual, raiseDb: () => lanes[0]?.raiseDb };
}

describe('a lane learns what its own cars look like', () => {
  it('from a few cars that stood there and fell silent, and not from the first ones', () => {
    const { usual, raiseDb } = lane();
    for (let n = 1; n < presenceDelays.usualStays; n++) usual.stood('bay-1', 25);
    expect(raiseDb()).toBe(0);
    usual.stood('bay-1', 25);
    expect(raiseDb()).toBe(25 - presenceDelays.usualSlackDb - presenceDelays.enterMarginDb);
  });

  it('and asks for more than everywhere within bounds, never for less', () => {
    const strong = lane();
    const weak = lane();
    for (let n = 0; n < 50; n++) {
      strong.usual.stood('bay-1', 60);
      weak.usual.stood('bay-1', 7);
    }
    expect(strong.raiseDb()).toBe(presenceDelays.usualRaiseMaxDb);
    expect(weak.raiseDb()).toBe(0);
  });

  it('so that a car which passes it closely is no arrival there any more', () => {
    const passesAfter = (stays: number) => {
      const scene = new Scene(forecourt);
      for (let n = 1; n <= stays; n++) {
        scene.hear({ entrance: -88, canopy: -60 }, 8_000, codeOf(n)).pass(20_000);
      }
      const passer = codeOf(1_000);
      scene.hear({ entrance: -72, canopy: -61 }, 4_000, passer);
      return scene.states(passer).includes('arrived');
    };
    expect(passesAfter(0)).toBe(true);
    expect(passesAfter(presenceDelays.usualStays)).toBe(false);
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
    const scene = new Scene(forecourt).hear({ entrance: -94, canopy: -89 }, 7_000).pass(30_000);
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
