import { describe, expect, it } from 'vitest';
import { changedMeanwhile, sameValue } from '../../../shared/station-facts/index.ts';
import { beginDraft, changesOf, type DraftRules, inConflict, withNews } from './draft.ts';

interface Limits {
  amber: number;
  red: number;
}
const rules: DraftRules<Limits, { amber: string; red: string }> = {
  fields: ({ amber, red }) => ({ amber: String(amber), red: String(red) }),
  meant: ({ amber, red }) => ({ amber: Number(amber), red: Number(red) }),
  from: { amber: 'amber', red: 'red' },
};
const before: Limits = { amber: 60, red: 90 };
const typed = (amber: string) => {
  const draft = beginDraft(before, rules);
  return { ...draft, typed: { ...draft.typed, amber } };
};

describe('what is typed while somebody else saves', () => {
  it('stays, and the other field shows what the other one saved', () => {
    const now = { amber: 60, red: 100 };
    const draft = withNews(typed('70'), now, rules);
    expect(draft.typed).toEqual({ amber: '70', red: '100' });
    expect(inConflict(draft, now, rules)).toEqual([]);
    expect(changesOf(draft, rules)).toEqual({ changes: { amber: 70 }, seen: { amber: 60 } });
  });

  it('stays beside another value of the same field, over what it was typed over', () => {
    const now = { amber: 80, red: 90 };
    const draft = withNews(typed('70'), now, rules);
    expect(draft.typed.amber).toBe('70');
    expect(inConflict(draft, now, rules)).toEqual(['amber']);
    const save = changesOf(draft, rules);
    expect(changedMeanwhile(now, save.seen, save.changes)).toEqual(['amber']);
    // Once more something else: still the same quarrel, about what was first seen.
    expect(changesOf(withNews(draft, { amber: 85, red: 95 }, rules), rules).seen).toEqual({ amber: 60 });
    // The other one took it back.
    expect(inConflict(withNews(draft, before, rules), before, rules)).toEqual([]);
  });

  it('is no quarrel where both mean the same, as after a save of its own', () => {
    const now = { amber: 70, red: 90 };
    const draft = withNews(typed(' 70'), now, rules);
    expect(inConflict(draft, now, rules)).toEqual([]);
    expect(draft.typed.amber).toBe('70');
    expect(changesOf(draft, rules)).toEqual({ changes: {}, seen: {} });
  });
});

it('values are the same by what they hold, and nothing is null', () => {
  expect(sameValue({ a: [1, { b: 'x' }], c: undefined }, { c: null, a: [1, { b: 'x' }] })).toBe(true);
  expect(sameValue([1, 2], [2, 1])).toBe(false);
  expect(sameValue([], {})).toBe(false);
  expect(sameValue({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(sameValue('1', 1)).toBe(false);
});
