import { describe, expect, it } from 'vitest';
import { type Hearing, type Mark, standsOf, walkTimes } from './walk-stands.ts';

type Levels = Record<string, number>;
const road = { 'bay-1': -95, 'pump-1': -94 };
const bay = { 'bay-1': -50, 'pump-1': -78 };
const pump = { 'bay-1': -77, 'pump-1': -52 };

/** One jack in one car, heard ten times a second by both receivers. */
class Walk {
  readonly trace: Hearing[] = [];
  readonly marks: Mark[] = [];
  nowMs = 1_000_000;
  #levels: Levels = road;

  stays(seconds: number, levels: Levels = this.#levels): this {
    return this.#goes(seconds, levels, levels);
  }

  drives(seconds: number, levels: Levels): this {
    return this.#goes(seconds, this.#levels, levels);
  }

  taps(laneId: string): this {
    this.marks.push({ laneId, atMs: this.nowMs });
    return this.stays(7);
  }

  get stands() {
    return standsOf(this.trace, this.marks);
  }

  #goes(seconds: number, from: Levels, to: Levels): this {
    for (let n = 1; n <= seconds * 10; n++) {
      this.nowMs += 100;
      for (const [receiverId, dbm] of Object.entries(to)) {
        const before = from[receiverId] ?? dbm;
        const rssiDbm = before + ((dbm - before) * n) / (seconds * 10);
        this.trace.push({ receiverId, rssiDbm, atMs: this.nowMs });
      }
    }
    this.#levels = to;
    return this;
  }
}

/** From its first hearing to where it can have come into its lane at the soonest, s. */
const waySeconds = ({ heard, markAtMs }: ReturnType<typeof standsOf>[number]) =>
  (markAtMs - (heard[0]?.atMs ?? 0)) / 1_000;
/** How loud it is heard at the loudest while it must still be on its way, dBm. */
const loudestOnTheWay = ({ heard, markAtMs }: ReturnType<typeof standsOf>[number]) =>
  heard
    .filter(({ atMs }) => atMs < markAtMs - walkTimes.standsBeforeMs - walkTimes.creepsMs)
    .reduce((loudest, { rssiDbm }) => Math.max(loudest, rssiDbm), Number.NEGATIVE_INFINITY);

describe('a stand of a walk', () => {
  it('has the way from the road before it, and each later one as well', () => {
    const { stands } = new Walk()
      .stays(10)
      .drives(10, bay)
      .stays(2)
      .taps('bay-1')
      .drives(6, road)
      .drives(8, pump)
      .stays(2)
      .taps('pump-1');
    for (const stand of stands) {
      expect(stand.heard[0]?.rssiDbm).toBe(-95);
      expect(waySeconds(stand)).toBeGreaterThan(20);
      expect(loudestOnTheWay(stand)).toBeLessThan(-60);
    }
  });

  it.each([
    ['the first', 'a minute', 60],
    ['the first', 'a quarter of a minute', 15],
  ])(
    'in %s lane counts no less as one of a car that has just come when the tap is put off for %s',
    (_, __, seconds) => {
      const walk = new Walk().stays(10).drives(10, bay);
      const stoppedMs = walk.nowMs;
      const { stands } = walk
        .stays(seconds)
        .taps('bay-1')
        .drives(6, road)
        .drives(8, pump)
        .stays(2)
        .taps('pump-1');
      expect(Math.abs((stands[0]?.markAtMs ?? 0) - stoppedMs - walkTimes.standsBeforeMs)).toBeLessThanOrEqual(
        1_000,
      );
      for (const stand of stands) {
        expect(waySeconds(stand)).toBeGreaterThan(15);
        expect(loudestOnTheWay(stand)).toBeLessThan(-60);
      }
    },
  );

  it('has no way in of a car that stood in its lane, or in another, when the walk began', () => {
    const there = new Walk()
      .stays(60, bay)
      .taps('bay-1')
      .drives(6, road)
      .drives(8, pump)
      .stays(2)
      .taps('pump-1');
    const elsewhere = new Walk()
      .stays(30, bay)
      .drives(6, road)
      .drives(10, pump)
      .stays(2)
      .taps('pump-1')
      .drives(6, road)
      .drives(8, bay)
      .stays(2)
      .taps('bay-1');
    for (const stand of [...there.stands, ...elsewhere.stands]) {
      expect(loudestOnTheWay(stand)).toBeLessThan(-60);
    }
  });

  it('is not played with minutes of waiting at the road', () => {
    const { stands } = new Walk().stays(240).drives(10, bay).stays(2).taps('bay-1');
    const mostMs = walkTimes.wayInMostMs + walkTimes.wayInEndsMs;
    expect(stands.map(waySeconds)).toEqual([mostMs / 1_000]);
  });

  it('does not reach back over a clock that was put right by a day meanwhile', () => {
    const walk = new Walk().stays(10).drives(10, bay).stays(2).taps('bay-1').drives(6, road);
    walk.nowMs += 86_400_000;
    const { stands } = walk.drives(8, pump).stays(2).taps('pump-1');
    for (const stand of stands) expect(waySeconds(stand)).toBeLessThan(walkTimes.lookBackMs / 1_000 + 60);
  });
});
