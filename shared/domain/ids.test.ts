import { describe, expect, it } from 'vitest';
import { idOf, isId, newId } from './ids.ts';

describe('an id', () => {
  it('is a UUIDv7, never given twice, and sorts by when it was made', () => {
    const ids = Array.from({ length: 20_000 }, newId);
    expect(ids.every((id) => isId(id) && id[14] === '7' && '89ab'.includes(id[19] ?? ''))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('shares no random bits with the ids before it', () => {
    const tails = Array.from({ length: 5_000 }, () => newId().slice(-10));
    expect(new Set(tails).size).toBe(tails.length);
  });

  it('of one moment sorts by its sequence, and of a later moment after all of those', () => {
    const atMs = Date.UTC(2026, 10, 21, 5, 0);
    const ids = [idOf(atMs, 0), idOf(atMs, 1), idOf(atMs, 2 ** 31), idOf(atMs + 1, 0)];
    expect(ids.toSorted()).toEqual(ids);
    expect(Number.parseInt((ids[0] ?? '').replaceAll('-', '').slice(0, 12), 16)).toBe(atMs);
  });
});
