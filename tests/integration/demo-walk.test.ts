/** What a newcomer reads first of the demo's radio: the report of the walk that its installer did. */
import { describe, expect, it } from 'vitest';
import { place, walkLot } from '../../simulator/index.ts';
import { analyseWalk } from '../../station/installer/index.ts';
import type { LaneSettings } from '../../station/presence/index.ts';

/** As tools/start.ts sets it: the same lot at every start. */
const demoSeed = 1;

const lanes: LaneSettings[] = place.lanes.map(({ laneId, kind }) => ({
  laneId,
  kind,
  receivers: [{ receiverId: laneId }],
}));
const laneIds = place.lanes.toSorted((a, b) => b.kind.localeCompare(a.kind)).map(({ laneId }) => laneId);

const reportOf = (hears: (receiverId: string) => boolean) => {
  const walk = walkLot({ seed: demoSeed, startMs: 0, laneIds });
  const trace = walk.hearings.filter(({ receiverId }) => hears(receiverId));
  return analyseWalk(walk.code, trace, walk.marks, lanes);
};

describe("the demo's walk", () => {
  it('promises what comes on such lots, and advises nothing', async () => {
    const { advice, expected } = await reportOf(() => true);
    const { missed, wrongLane = 1 } = expected.suggested;
    expect(missed + wrongLane).toBeLessThan(0.05);
    expect(advice).toEqual([]);
  });

  it('with a deaf receiver names the lane and its remedy', async () => {
    const { advice } = await reportOf((receiverId) => receiverId !== 'pump-3');
    expect(advice).toContainEqual({ what: 'receiver-not-heard', laneIds: ['pump-3'] });
  });
});
