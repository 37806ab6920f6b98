import { describe, expect, it } from 'vitest';
import { laneRadio, laneRadioView } from './receivers.ts';

const lane = (...receivers: { receiverId: string; enterDbm: number | null; exitDbm: number | null }[]) => ({
  laneId: 'bay-1',
  receivers,
});
const at = (enterDbm: number | null, exitDbm: number | null, receiverId = 'r-1') => ({
  receiverId,
  enterDbm,
  exitDbm,
});

describe('the limits of a lane', () => {
  it('are levels that a jack can reach, and that a receiver can hear', () => {
    for (const good of [at(-65, -71), at(-20, -127), at(null, null), at(null, -80), at(-70, null)]) {
      expect(laneRadio.safeParse(lane(good)).success, JSON.stringify(good)).toBe(true);
    }
    for (const bad of [at(0, null), at(-19, null), at(20, 20), at(-128, null), at(-70, -60)]) {
      expect(laneRadio.safeParse(lane(bad)).success, JSON.stringify(bad)).toBe(false);
    }
  });

  it('stand at a receiver once', () => {
    expect(laneRadio.safeParse(lane(at(-65, null), at(null, null, 'r-2'))).success).toBe(true);
    expect(laneRadio.safeParse(lane(at(-65, null), at(null, null))).success).toBe(false);
  });

  it('that an earlier version kept are still shown, so that they can be mended', () => {
    expect(laneRadioView.safeParse({ ...lane(at(0, 0), at(-65, null)), chosen: true }).success).toBe(true);
  });
});
