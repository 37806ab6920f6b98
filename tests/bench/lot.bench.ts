/**
 * The judgement of presence on the simulated lot, against the truth of the simulator.
 *
 *   scenes ─▶ measured (lot/measure.ts: how it is scored) ─▶ figures against their goals
 *
 * Every third jack rotates its code every 16 s (rotating-codes.ts), whatever the car does then.
 *
 * The scenes: `traffic` from the first car of a new site on; `crowd`, 200 jacks at once, on a new site; `crowd-known`,
 * the same on the site whose lanes have learned their cars from that traffic.
 *
 * BENCH_SCALE=0.1 runs a tenth of the cars, BENCH_SEED=2 others, BENCH_ROTATING=0 without rotating codes,
 * BENCH_TUNING={"enterMarginDb":10} with other delays and limits than the defaults,
 * BENCH_TAUGHT=walk on a site that was walked, or as lot/teachers.ts names it,
 * BENCH_TAPES=folder keeps what was heard there and takes it from there the next time (lot/tape.ts).
 */

import type { LearnedPresence, PresenceTuning } from '../../station/presence/index.ts';
import { measure, type Scene, settledAfterMs, type Tally } from './lot/measure.ts';
import { taped } from './lot/tape.ts';
import { teachers } from './lot/teachers.ts';

const scale = Number(process.env.BENCH_SCALE ?? 1);
const seed = Number(process.env.BENCH_SEED ?? 1);
const rotatingShare = Number(process.env.BENCH_ROTATING ?? 1 / 3);
const traffic = taped(process.env.BENCH_TAPES ?? null);
const taught = (process.env.BENCH_TAUGHT ?? 'nothing') as keyof typeof teachers;
const tuning = JSON.parse(process.env.BENCH_TUNING ?? '{}') as PresenceTuning;

const percent = (part: number, whole: number) =>
  whole === 0 ? 0 : Number(((100 * part) / whole).toFixed(2));

function print(scene: string, tally: Tally, seconds: number): void {
  const sorted = tally.latenciesMs.toSorted((a, b) => a - b);
  const p95 = sorted[Math.floor(0.95 * (sorted.length - 1))] ?? Number.NaN;
  const median = sorted[Math.floor(0.5 * (sorted.length - 1))] ?? Number.NaN;
  const figure = (
    name: string,
    ours: number,
    unit: string,
    goal: number,
    better: 'more' | 'less',
    extra = {},
  ) => console.log(JSON.stringify({ bench: `lot-${scene}-${name}`, ours, unit, goal, better, ...extra }));
  figure('recall', percent(tally.hits, tally.arrivals), '%', 99, 'more', {
    arrivals: tally.arrivals,
    missedOrLate: tally.missed,
    tooEarly: tally.early,
    why: tally.why.early,
  });
  figure('latency-p95', Math.round(p95), 'ms', 2000, 'less', {
    medianMs: Math.round(median),
    slowerThan2s: tally.why.slow,
  });
  figure('lane-right-when-first-named', percent(tally.namedRight, tally.named), '%', 95, 'more', {
    namedShare: percent(tally.named, tally.arrivals),
    wrong: tally.why.wrongLane,
  });
  figure('lane-right-once-settled', percent(tally.settledRight, tally.settledNamed), '%', 95, 'more', {
    namedShare: percent(tally.settledNamed, tally.arrivals),
    settledAfterMs,
  });
  if (tally.driveBys > 0) {
    figure('false-arrivals-of-drive-bys', percent(tally.falseDriveBys, tally.driveBys), '%', 0.5, 'less', {
      driveBys: tally.driveBys,
      keptAsSilent: tally.keptDriveBys,
      why: tally.why.driveBy,
    });
  }
  figure('closed-while-silent', tally.closedWhileSilent, 'cars', 0, 'less', {
    silences: tally.silences,
    why: tally.why.closedWhileSilent,
  });
  figure('false-arrivals-of-bystanders', tally.falseCrowd, 'cars', 0, 'less', {
    why: tally.why.bystander,
  });
  figure('second-stays-of-one-stop', tally.secondStays, 'cars', 0, 'less', {
    ofRotating: tally.rotatingSecondStays,
    rotating: tally.rotating,
  });
  figure('still-here-a-minute-after-it-left', tally.stuck, 'cars', 0, 'less', {
    ofRotating: tally.rotatingStuck,
  });
  figure(
    'departures-seen-before-out-of-sight',
    percent(tally.departuresSeen, tally.arrivals),
    '%',
    95,
    'more',
    {
      packets: tally.packets,
      lotHours: Number(tally.lotHours.toFixed(1)),
      tookSeconds: Math.round(seconds),
    },
  );
}

function run(scene: string, options: Scene): LearnedPresence {
  const startedMs = performance.now();
  const teacher = scene === 'traffic' ? teachers[taught](seed) : undefined;
  const { tally, learned } = measure({ ...options, seed, rotatingShare, tuning, traffic, teacher });
  print(scene, tally, (performance.now() - startedMs) / 1000);
  return learned;
}

const learned = run('traffic', {
  arrivals: Math.ceil(10_000 * scale),
  driveBys: Math.ceil(10_000 * scale),
  crowd: 0,
  arrivalEveryMs: 45_000,
  driveByEveryMs: 45_000,
});
// 200 jacks on the air at once: 194 of them queue on the road or stand in the car park.
const crowd = {
  arrivals: Math.ceil(100 * scale),
  driveBys: 0,
  crowd: 194,
  arrivalEveryMs: 5_000,
  driveByEveryMs: 1,
};
run('crowd', crowd);
run('crowd-known', { ...crowd, learned });
