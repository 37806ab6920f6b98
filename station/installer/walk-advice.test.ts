import { describe, expect, it } from 'vitest';
import type { WalkReport } from '../../shared/station-contract/index.ts';
import { adviceOf } from './walk-advice.ts';

type Lane = WalkReport['lanes'][number];
const right = { missed: 0, wrongLane: 0, unsure: 0, false: 0 };

/** Walked once, and heard well by its own receiver. */
const lane = (laneId: string, expected: Partial<Lane['expected']>, ownHearings = 60): Lane => ({
  ...{ laneId, marks: 1, separable: true, expected: { ...right, ...expected } },
  levels: [
    { receiverId: laneId, medianDbm: -55, hearings: ownHearings },
    { receiverId: 'elsewhere', medianDbm: -75, hearings: 60 },
  ],
  suggested: [{ receiverId: laneId, enterDbm: null, exitDbm: null }],
});

describe('the advice of a walk', () => {
  it('says of lanes that sound alike which they are, and never of one alone', () => {
    const bay = lane('bay-2', { unsure: 0.6 });
    expect(adviceOf([bay, lane('bay-1', { unsure: 0.6 })], right)).toEqual([
      { what: 'sound-alike', laneIds: ['bay-2', 'bay-1'] },
    ]);
    expect(adviceOf([bay, lane('pump-3', { wrongLane: 0.6 }, 3)], right)).toEqual([
      { what: 'receiver-not-heard', laneIds: ['pump-3'] },
    ]);
    expect(adviceOf([bay, lane('bay-1', {})], right)).toEqual([]);
  });

  it('says to walk again where the wrong lane would be named beside one whose receiver is deaf', () => {
    const lanes = [lane('bay-2', { wrongLane: 0.6 }), lane('pump-3', { wrongLane: 0.9 }, 3)];
    expect(adviceOf(lanes, { ...right, wrongLane: 0.5 })).toEqual([
      { what: 'walk-again', laneIds: ['bay-2'] },
      { what: 'receiver-not-heard', laneIds: ['pump-3'] },
    ]);
  });
});
