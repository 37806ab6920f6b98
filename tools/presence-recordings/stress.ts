/**
 * Our rule under conditions that the given runs do not have, one row each: levels, receivers, losses, speeds,
 * other receivers of the same recording in the three places, columns in another order, a site that knows its
 * cars from the other runs (leave one run out), mountings drawn at random.
 *
 *   recordings × columns × perturbation × seeds ─▶ ours ─▶ Score
 *   recordings × mountings                      ─▶ ours ─▶ Score
 */

import { type LearnedPresence, presenceDelays } from '../../station/presence/index.ts';
import { mounted, mounting } from './mountings.ts';
import { type Perturbation, perturb } from './perturb.ts';
import { chosenReceivers, type ReceiverColumns, type Recording, readRecordings } from './recording.ts';
import { baySettings, ours } from './rules.ts';
import { addScores, noScore, type Score, score } from './score.ts';

export interface StressRow {
  name: string;
  score: Score;
}

const levels = [-12, -9, -6, -3, 3, 6, 9, 12];
const stretches = [0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.4];
const conditions: readonly Perturbation[] = [
  { name: 'as recorded' },
  ...levels.map((shiftDb) => ({ name: `power ${shiftDb > 0 ? '+' : '−'}${Math.abs(shiftDb)} dB`, shiftDb })),
  ...[4, 6].map((offsetsDb) => ({ name: `receivers ±${offsetsDb} dB`, offsetsDb })),
  ...[0.2, 0.4, 0.6].map((loss) => ({ name: `loss ${loss * 100} %`, loss })),
  ...stretches.map((stretch) => ({ name: `time ×${stretch}`, stretch })),
  ...[1, 2, 3].map((noiseDb) => ({ name: `noise ${noiseDb} dB`, noiseDb })),
];

/** Other receivers in the three places; the names are those of the plan. */
const columnSets: readonly ReceiverColumns[] = ['O-M', 'O-E'].flatMap((outside) =>
  ['O-DL', 'O-DR', 'I-DL', 'I-DR'].flatMap((door) =>
    ['I-E', 'I-T1'].map((bayEnd) => ({ outside, door, bayEnd })),
  ),
);

export function stress(folder: string, seeds: number): StressRow[] {
  const given = readRecordings(folder);
  const run = (name: string, recordings: readonly Recording[], p: Perturbation, rule = ours()): StressRow => {
    let total = noScore;
    for (let seed = 1; seed <= seeds; seed++) {
      for (const recording of recordings) {
        const harder = perturb(recording, p, seed * 1_000 + 29);
        total = addScores(total, score(harder.arrivalsMs, rule.declare(harder)));
      }
    }
    return { name, score: total };
  };
  const plain: Perturbation = { name: 'as recorded' };
  const count = 40 * seeds;
  const drawn = { from: 1, to: count };
  const known = ours(baySettings, ({ name }) => learnedFrom(given.filter((other) => other.name !== name)));
  return [
    ...conditions.map((p) => run(p.name, given, p)),
    run('columns in reverse order', readRecordings(folder, chosenReceivers, true), plain),
    randomMountings(given, `${count} mountings drawn at random`, drawn),
    randomMountings(given, `${count} mountings, readings twice`, drawn, { repeats: true }),
    ...columnSets.map((c) => run(`${c.outside}, ${c.door}, ${c.bayEnd}`, readRecordings(folder, c), plain)),
    ...conditions.map((p) => run(`knows its cars: ${p.name}`, given, p, known)),
  ];
}

/** Which of them are drawn: each number is the same mounting everywhere. */
export interface MountingRange {
  from: number;
  to: number;
}

/** How a slower car's readings come (perturb.ts): mostly once, each once, or twice. */
type Readings = Pick<Perturbation, 'readOnce' | 'repeats'>;

/** These mountings, each with all runs. */
function randomMountings(
  recordings: readonly Recording[],
  name: string,
  { from, to }: MountingRange,
  readings: Readings = {},
): StressRow {
  const rule = ours();
  let total = noScore;
  for (let number = from; number <= to; number++) {
    for (const [index, recording] of recordings.entries()) {
      const drawn = mounting(number);
      const perturbation = { ...drawn.perturbation, ...readings };
      const other = mounted(recording, { ...drawn, perturbation }, number * 100 + index);
      total = addScores(total, score(other.arrivalsMs, rule.declare(other)));
    }
  }
  return { name, score: total };
}

/** These mountings, with all that could be said against how they are drawn, a row each. */
export function mountings(folder: string, range: MountingRange): StressRow[] {
  const given = readRecordings(folder);
  const reversed = readRecordings(folder, chosenReceivers, true);
  return [
    randomMountings(given, `mountings ${range.from} to ${range.to}`, range),
    randomMountings(given, '  no reading twice', range, { readOnce: true }),
    randomMountings(given, '  readings twice', range, { repeats: true }),
    randomMountings(reversed, '  receivers in reverse order', range),
  ];
}

/** What a site would have learned from the cars that stood in these runs, had they been switched off there. */
function learnedFrom(recordings: readonly Recording[]): LearnedPresence {
  let steps = 0;
  let stepsDb = 0;
  const sums = new Map<string, { sum: number; count: number; last: number }>();
  for (const { hearings, arrivalsMs, leavingsMs } of recordings) {
    for (const { atMs, receiverId, rssiDbm } of hearings) {
      const arrivedMs = arrivalsMs.findLast((at) => at <= atMs - 3_000);
      const leavesMs = leavingsMs.find((at) => at > (arrivedMs ?? 0)) ?? Number.POSITIVE_INFINITY;
      if (arrivedMs === undefined || atMs >= leavesMs) continue;
      const mean = sums.get(receiverId) ?? { sum: 0, count: 0, last: rssiDbm };
      steps += 1;
      stepsDb += Math.min(presenceDelays.maxStepDb, Math.abs(rssiDbm - mean.last));
      sums.set(receiverId, { sum: mean.sum + rssiDbm, count: mean.count + 1, last: rssiDbm });
    }
  }
  return {
    standJitterDb: stepsDb / Math.max(1, steps),
    stillReceivers: Object.values(chosenReceivers),
    lanes: [
      {
        laneId: 'bay',
        receivers: [chosenReceivers.bayEnd],
        stays: 10,
        meanDbm: Object.fromEntries([...sums].map(([id, { sum, count }]) => [id, sum / count])),
        passCalls: 0,
        passEvidence: 0,
      },
    ],
  };
}
