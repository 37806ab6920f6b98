import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mounted, mounting } from './mountings.ts';
import { type Perturbation, perturb, perturbations } from './perturb.ts';
import { chosenReceivers, parseRecording, readRecordings } from './recording.ts';
import { comparators, ours, type Rule } from './rules.ts';
import { addScores, noScore, percentile, score } from './score.ts';

const folder = '../shared/data/rssi/car_bay';
const given = existsSync(folder);

describe('scoring arrivals', () => {
  it('counts one hit per truth, from 2 s before to 5 s after it; everything else declared is false', () => {
    expect(score([10_000, 60_000], [7_900, 8_000, 9_000, 65_001])).toEqual({
      arrivals: 2,
      hits: 1,
      misses: 1,
      falseArrivals: 3,
      latenciesMs: [-2_000],
    });
  });

  it('takes percentiles by nearest rank', () => {
    expect(percentile([3, 1, 2], 0.5)).toBe(2);
    expect(percentile([], 0.5)).toBeNull();
  });
});

describe('reading a recording', () => {
  const csv = [
    'superframe,O-DL,O-M,I-E,Label',
    '0,-70,-100,-54,2',
    '1,-70,-80,-54,1',
    '3,-70,-80,-54,0',
    '4,-70,-80,-54,1',
    '5,-70,-80,-54,2',
  ].join('\r\n');

  it('knows the times of arriving and leaving, and drops what was not heard', () => {
    const recording = parseRecording('car_x.csv', csv);
    expect(recording).toMatchObject({ startsInBay: true, leavingsMs: [100], arrivalsMs: [500], endMs: 500 });
    expect(recording.hearings.filter((h) => h.atMs === 0).map((h) => h.receiverId)).toEqual(['O-DL', 'I-E']);
  });

  it('refuses a file without the chosen receivers', () => {
    expect(() => parseRecording('car_x.csv', 'superframe,A,Label\n0,-50,0')).toThrow('needs the columns');
  });
});

const title = given
  ? 'on the given recordings'
  : 'on the given recordings (skipped: ../shared/data is not here)';
describe.skipIf(!given)(title, () => {
  const recordings = given ? readRecordings(folder) : [];
  const total = (rule: Rule, p: Perturbation) =>
    recordings
      .map((recording) => perturb(recording, p, 4_711))
      .reduce((sum, r) => addScores(sum, score(r.arrivalsMs, rule.declare(r))), noScore);

  it('hears every arrival, none that was not, and within two seconds for 95 of 100', () => {
    const result = total(ours(), { name: 'as recorded' });
    expect(result).toMatchObject({ arrivals: 9, hits: 9, falseArrivals: 0 });
    expect(percentile(result.latenciesMs, 0.95)).toBeLessThan(2_000);
  });

  it('does so in whatever order the receivers say what they heard at once', () => {
    const reversed = readRecordings(folder, chosenReceivers, true);
    const result = reversed.map((r) => score(r.arrivalsMs, ours().declare(r))).reduce(addScores, noScore);
    expect(result).toMatchObject({ hits: 9, falseArrivals: 0 });
    expect(percentile(result.latenciesMs, 0.95)).toBeLessThan(2_000);
  });

  it.each([-10, 10])('does so as well when the car sends %i dB stronger', (shiftDb) => {
    expect(total(ours(), { name: 'power', shiftDb })).toMatchObject({ hits: 9, falseArrivals: 0 });
  });

  it('makes fewer errors than any simpler rule over all perturbed copies together', () => {
    const errors = (rule: Rule) =>
      perturbations
        .map((p) => total(rule, p))
        .reduce((sum, result) => sum + result.misses + result.falseArrivals, 0);
    expect(errors(ours()) * 3).toBeLessThan(Math.min(...comparators.map(errors)));
  });

  it('misses few arrivals of other mountings, drawn at random, declares fewer that were none, and few late', () => {
    let all = noScore;
    // Those between are hard ones: not held to its stay, the engine misses 15 of these and declares 8 falsely;
    // by the mean step alone it says every third late.
    for (let number = 20; number <= 31; number++) {
      for (const [index, recording] of recordings.entries()) {
        const other = mounted(recording, mounting(number), number * 100 + index);
        all = addScores(all, score(other.arrivalsMs, ours().declare(other)));
      }
    }
    expect(all.arrivals).toBe(108);
    expect(all.misses).toBeLessThanOrEqual(4);
    expect(all.falseArrivals).toBeLessThanOrEqual(2);
    const late = all.latenciesMs.filter((ms) => ms >= 2_000);
    expect(late.length / all.hits).toBeLessThan(0.1);
  });
});

describe('a jack further back', () => {
  it('is heard where it stands by every receiver that heard it stop, at a level that a car can have', () => {
    const slot = (n: number) => {
      const label = n < 50 ? 2 : n < 200 ? 0 : n < 250 ? 1 : 2;
      // Where the copy comes to stand, 1 s short of the end of its way, one receiver lost its hearing and one heard oddly.
      return n === 252 ? `${n},-100,1,-60,${label}` : `${n},-70,-80,-60,${label}`;
    };
    const rows = Array.from({ length: 400 }, (_, n) => slot(n));
    const recording = parseRecording('car_x.csv', ['superframe,O-DL,O-M,I-E,Label', ...rows].join('\n'));
    const back = perturb(recording, { name: 'back', behindMs: 1_000 }, 1);
    const stands = back.hearings.filter(({ atMs }) => atMs >= 27_000);
    const levels = (id: string) => stands.filter((h) => h.receiverId === id).map((h) => h.rssiDbm);
    expect(levels('O-DL').length).toBe(levels('I-E').length);
    expect(Math.max(...levels('O-M'))).toBeLessThan(-70);
  });
});

describe('a mounting drawn at random', () => {
  it('is the same for its number everywhere, moves no truth but by the speed, and differs from the next', () => {
    const recording = parseRecording(
      'car_x.csv',
      ['superframe,O-DL,O-M,I-E,Label']
        .concat(
          Array.from(
            { length: 400 },
            (_, slot) => `${slot},-70,-80,-60,${slot < 100 ? 2 : slot < 250 ? 0 : slot < 300 ? 1 : 2}`,
          ),
        )
        .join('\n'),
    );
    const { stretch = 1 } = mounting(7).perturbation;
    const seven = mounted(recording, mounting(7), 1);
    expect(seven).toEqual(mounted(recording, mounting(7), 1));
    expect(seven.arrivalsMs[0]).toBeCloseTo(30_000 * stretch, 0);
    expect(seven.hearings).not.toEqual(mounted(recording, mounting(8), 1).hearings);
  });
});
