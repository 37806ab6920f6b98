import { describe, expect, it } from 'vitest';
import { type Figure, isFigure, metGoal, verdict } from './figure.ts';

const decode: Figure = {
  bench: 'decode',
  ours: 600_000,
  theirs: 100_000,
  ratio: 6,
  unit: 'reports/s',
  goal: 5,
  better: 'more',
};

describe('a measured figure', () => {
  it('is held against its goal by its ratio when it has one', () => {
    expect(metGoal(decode)).toBe(true);
    expect(metGoal({ ...decode, ratio: 4.9 })).toBe(false);
  });

  it('meets a goal of less only at or under it', () => {
    const delay: Figure = { bench: 'median', ours: 60, unit: 'ms', goal: 60, better: 'less' };
    expect(metGoal(delay)).toBe(true);
    expect(metGoal({ ...delay, ours: 60.1 })).toBe(false);
  });

  it('that is not a number never meets a goal', () => {
    expect(metGoal({ bench: 'median', ours: Number.NaN, unit: 'ms', goal: 60, better: 'less' })).toBe(false);
  });

  it('without a goal is neither met nor missed', () => {
    expect(metGoal({ bench: 'size', ours: 1, unit: 'MB' })).toBeNull();
  });

  it('says in words what was missed', () => {
    expect(verdict({ ...decode, ratio: 4 })).toContain('goal at least 5: MISSED');
    expect(verdict(decode)).toContain('600,000 reports/s');
  });

  it('is told from other JSON lines, such as a log', () => {
    expect(isFigure({ level: 30, msg: 'started' })).toBe(false);
    expect(isFigure(null)).toBe(false);
    expect(isFigure(decode)).toBe(true);
  });
});
