import { describe, expect, it } from 'vitest';
import { levelRange } from './level-range.ts';

describe('the live chart', () => {
  it('shows the usual levels, and lets them lie still while nothing is outside of them', () => {
    expect(levelRange([])).toEqual([-105, -35]);
    expect(levelRange([null, undefined])).toEqual([-105, -35]);
    expect(levelRange([-90, -50, -65])).toEqual([-105, -35]);
  });

  it('makes room for a jack beside the receiver and for a limit far away from all levels', () => {
    expect(levelRange([-80, -22])).toEqual([-105, -17]);
    expect(levelRange([-80, -50, -127, -20])).toEqual([-132, -15]);
  });
});
