import { describe, expect, it } from 'vitest';
import { columnMs, columns, LiveStore } from './live-store.ts';

const startMs = 1_700_000_000_000;
const level = (code: string, receiverId: string, atMs: number, dbm: number) => ({
  code,
  receiverId,
  atMs,
  rawDbm: dbm,
  smoothedDbm: dbm,
  hearings: 1,
});
const heard = (store: LiveStore, atMs: number, ...levels: [string, string, number][]) =>
  store.take({
    atMs,
    receivers: null,
    levels: levels.map(([code, receiverId, dbm]) => level(code, receiverId, atMs, dbm)),
  });

describe('the last minute of levels', () => {
  it('is a column per quarter second, empty where nothing was heard', () => {
    const store = new LiveStore();
    heard(store, startMs, ['a', 'bay-1', -60]);
    heard(store, startMs + 4 * columnMs, ['a', 'bay-1', -50]);
    const line = store.series('a', 'bay-1');
    expect(line).toHaveLength(columns);
    expect(line.slice(-5)).toEqual([-60, null, null, null, -50]);
    expect(store.times().at(-1)).toBe(0);
    expect(store.times()[0]).toBeCloseTo(-59.75);
  });

  it('forgets what is older, also a code that is heard no more', () => {
    const store = new LiveStore();
    heard(store, startMs, ['a', 'bay-1', -60]);
    heard(store, startMs + 30_000, ['b', 'bay-1', -70]);
    expect(store.series('a', 'bay-1').filter((dbm) => dbm !== null)).toEqual([-60]);
    heard(store, startMs + 61_000, ['b', 'bay-1', -70]);
    expect(store.series('a', 'bay-1').every((dbm) => dbm === null)).toBe(true);
    expect(store.get().codes.map(({ code }) => code)).toEqual(['b']);
  });

  it('draws a code where it is heard loudest when no receiver is asked for', () => {
    const store = new LiveStore();
    heard(store, startMs, ['a', 'bay-1', -60], ['a', 'pump-1', -48]);
    expect(store.series('a', null).at(-1)).toBe(-48);
    expect(store.get()).toEqual({ codes: [{ code: 'a', dbm: -48 }], receiverIds: ['bay-1', 'pump-1'] });
  });

  it('tells the screen once a second however many batches come, and is bounded', () => {
    const store = new LiveStore();
    let told = 0;
    store.subscribe(() => {
      told += 1;
    });
    for (let i = 0; i < 50; i++) {
      const many = Array.from({ length: 60 }, (_, n): [string, string, number] => [`${i} ${n}`, 'r', -80]);
      heard(store, startMs + i * 100, ...many);
    }
    expect(told).toBe(5);
    expect(store.get().codes).toHaveLength(400);
  });

  it('survives a clock that is set back', () => {
    const store = new LiveStore();
    heard(store, startMs, ['a', 'bay-1', -60]);
    heard(store, startMs - 3_600_000, ['a', 'bay-1', -55]);
    expect(store.series('a', 'bay-1').filter((dbm) => dbm !== null)).toEqual([-55]);
  });
});
