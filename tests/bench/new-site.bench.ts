/**
 * The first cars of a new site: how many of them stand on the board in one lane, and in the right one, by what the
 * lanes were taught before (lot/teachers.ts).
 *
 *   so many sites (each seed has other receivers) × their first 60 cars, and 60 that drive by ─▶ shares over all of them
 *
 * NEW_SITES=5 takes fewer sites, BENCH_SEED=100 others, NEW_SITE_TAUGHT=walk one way of teaching alone, BENCH_TUNING and BENCH_TAPES as in lot.bench.ts.
 */
import type { PresenceTuning } from '../../station/presence/index.ts';
import { measure, settledAfterMs, type Tally } from './lot/measure.ts';
import { taped } from './lot/tape.ts';
import { teachers } from './lot/teachers.ts';

const sites = Number(process.env.NEW_SITES ?? 20);
const firstSeed = Number(process.env.BENCH_SEED ?? 1);
const traffic = taped(process.env.BENCH_TAPES ?? null);
const tuning = JSON.parse(process.env.BENCH_TUNING ?? '{}') as PresenceTuning;
const taught = process.env.NEW_SITE_TAUGHT ?? null;
const firstCars = Number(process.env.FC ?? 60);

const percent = (part: number, whole: number) => Number(((100 * part) / Math.max(1, whole)).toFixed(1));
const sum = (tallies: readonly Tally[], of: (tally: Tally) => number) =>
  tallies.reduce((total, tally) => total + of(tally), 0);

for (const [name, teacherOf] of Object.entries(teachers)) {
  if (taught !== null && taught !== name) continue;
  const tallies = Array.from({ length: sites }, (_, index) => {
    const seed = firstSeed + index;
    return measure({
      seed,
      arrivals: firstCars,
      driveBys: firstCars,
      crowd: 0,
      arrivalEveryMs: 45_000,
      driveByEveryMs: 45_000,
      rotatingShare: 1 / 3,
      tuning,
      traffic,
      teacher: teacherOf(seed),
    }).tally;
  });
  const arrivals = sum(tallies, (tally) => tally.arrivals);
  const figure = (what: string, ours: number, goal: number, better: 'more' | 'less', extra = {}) =>
    console.log(
      JSON.stringify({ bench: `new-site-${name}-${what}`, ours, unit: '%', goal, better, ...extra }),
    );
  const named = sum(tallies, (tally) => tally.named);
  const settled = sum(tallies, (tally) => tally.settledNamed);
  figure(
    'lane-right-when-first-named',
    percent(
      sum(tallies, (t) => t.namedRight),
      named,
    ),
    95,
    'more',
    {
      namedShare: percent(named, arrivals),
      sites,
      arrivals,
    },
  );
  figure(
    'lane-right-once-settled',
    percent(
      sum(tallies, (t) => t.settledRight),
      settled,
    ),
    95,
    'more',
    {
      namedShare: percent(settled, arrivals),
      settledAfterMs,
    },
  );
  figure(
    'recall',
    percent(
      sum(tallies, (t) => t.hits),
      arrivals,
    ),
    99,
    'more',
  );
  const driveBys = sum(tallies, (tally) => tally.driveBys);
  figure(
    'false-arrivals-of-drive-bys',
    percent(
      sum(tallies, (t) => t.falseDriveBys),
      driveBys,
    ),
    0.5,
    'less',
  );
}
