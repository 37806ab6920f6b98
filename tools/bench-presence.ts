/**
 * Arrivals on recordings of a real car: how often, how soon and how falsely each rule declares them.
 *
 *   npm run -s bench:presence -- --data DIR [--json] [--sweep] [--stress] [--seeds N] [--mountings FROM-TO]
 *
 *   car_*.csv ─▶ three receivers ─▶ ours | smoothed threshold | strongest receiver | Kalman ─▶ score
 *
 * Nothing is fitted on the runs: one set of fixed numbers serves all of them, so leaving a run out changes
 * nothing. `--sweep` runs every rule on perturbed copies of the runs as well (presence-recordings/perturb.ts);
 * `--stress` runs ours alone under many more conditions, with other receivers too (presence-recordings/stress.ts);
 * `--mountings 1-400` runs it on mountings of these numbers, drawn at random (presence-recordings/mountings.ts).
 */

import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Perturbation, perturb, perturbations } from './presence-recordings/perturb.ts';
import { chosenReceivers, type Recording, readRecordings } from './presence-recordings/recording.ts';
import { comparators, ours, type Rule } from './presence-recordings/rules.ts';
import { addScores, noScore, percentile, type Score, score } from './presence-recordings/score.ts';
import { type MountingRange, mountings, stress } from './presence-recordings/stress.ts';

interface Summary {
  arrivals: number;
  hits: number;
  misses: number;
  falseArrivals: number;
  latencyMedianMs: number | null;
  latencyP95Ms: number | null;
}

interface RunResult extends Summary {
  run: string;
  trueMs: number[];
  declaredMs: number[];
}

function summary(s: Score): Summary {
  return {
    arrivals: s.arrivals,
    hits: s.hits,
    misses: s.misses,
    falseArrivals: s.falseArrivals,
    latencyMedianMs: percentile(s.latenciesMs, 0.5),
    latencyP95Ms: percentile(s.latenciesMs, 0.95),
  };
}

function runRule(rule: Rule, recordings: readonly Recording[]): Summary & { runs: RunResult[] } {
  let total = noScore;
  const runs = recordings.map((recording) => {
    const declaredMs = rule.declare(recording);
    const one = score(recording.arrivalsMs, declaredMs);
    total = addScores(total, one);
    return { run: recording.name, trueMs: recording.arrivalsMs, declaredMs, ...summary(one) };
  });
  return { ...summary(total), runs };
}

function sweep(rule: Rule, recordings: readonly Recording[], p: Perturbation, seeds: number): Summary {
  let total = noScore;
  for (let seed = 1; seed <= seeds; seed++) {
    for (const recording of recordings) {
      const harder = perturb(recording, p, seed * 1_000 + 17);
      total = addScores(total, score(harder.arrivalsMs, rule.declare(harder)));
    }
  }
  return summary(total);
}

function line(label: string, s: Summary): string {
  const ms = (value: number | null) => (value === null ? '    –' : String(value).padStart(5));
  return [
    label.padEnd(44),
    `${s.hits}/${s.arrivals} hit`.padStart(12),
    `${s.misses} missed`.padStart(11),
    `${s.falseArrivals} false`.padStart(10),
    `  median ${ms(s.latencyMedianMs)} ms, p95 ${ms(s.latencyP95Ms)} ms`,
  ].join('');
}

const lateMs = 2_000;

/** The share of hits that came at 2 s or later. */
const lateShare = ({ latenciesMs }: Score): number =>
  latenciesMs.filter((latencyMs) => latencyMs >= lateMs).length / Math.max(1, latenciesMs.length);

/** @returns undefined: none asked for; null: what is asked for is no range */
function rangeOf(text: string | undefined): MountingRange | null | undefined {
  if (text === undefined) return undefined;
  const [from, to] = (/^([1-9]\d{0,5})-([1-9]\d{0,5})$/.exec(text)?.slice(1) ?? []).map(Number);
  return from === undefined || to === undefined || from > to ? null : { from, to };
}

function main(): number {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      json: { type: 'boolean', default: false },
      sweep: { type: 'boolean', default: false },
      stress: { type: 'boolean', default: false },
      seeds: { type: 'string', default: '10' },
      mountings: { type: 'string' },
    },
  });
  if (values.data === undefined || !existsSync(values.data)) {
    console.error('Say where the recordings are: --data DIR (a folder with car_*.csv).');
    return 2;
  }
  const recordings = readRecordings(values.data);
  if (recordings.length === 0) {
    console.error(`No car_*.csv in ${values.data}.`);
    return 2;
  }
  const range = rangeOf(values.mountings);
  if (range === null) {
    console.error('Say which mountings: --mountings FROM-TO, as in --mountings 1-400.');
    return 2;
  }
  const rules = [ours(), ...comparators];
  const results = Object.fromEntries(rules.map((rule) => [rule.name, runRule(rule, recordings)]));
  const seeds = Math.max(1, Number(values.seeds) || 1);
  const sweeps = values.sweep
    ? perturbations.map((p) => ({
        perturbation: p.name,
        rules: Object.fromEntries(rules.map((rule) => [rule.name, sweep(rule, recordings, p, seeds)])),
      }))
    : undefined;

  const stressed = values.stress
    ? stress(values.data, seeds).map(({ name, score: s }) => ({ name, ...summary(s) }))
    : undefined;

  const mounted =
    range &&
    mountings(values.data, range).map(({ name, score: s }) => ({ name, ...summary(s), late: lateShare(s) }));

  if (values.json) {
    const report = {
      receivers: chosenReceivers,
      rules: results,
      ...(sweeps ? { seeds, sweep: sweeps } : {}),
      ...(stressed ? { seeds, stress: stressed } : {}),
      ...(mounted ? { mountings: mounted } : {}),
    };
    console.log(JSON.stringify(report, null, 2));
    return 0;
  }
  const { outside, door, bayEnd } = chosenReceivers;
  console.log(
    `${recordings.length} runs; receivers ${outside} (outside), ${door} (door), ${bayEnd} (bay's end)`,
  );
  for (const [name, result] of Object.entries(results)) console.log(line(name, result));
  for (const { perturbation, rules: each } of sweeps ?? []) {
    console.log(`\n${perturbation}`);
    for (const [name, result] of Object.entries(each)) console.log(line(`  ${name}`, result));
  }
  if (stressed) console.log('\nours alone, harder');
  for (const row of stressed ?? []) console.log(line(`  ${row.name}`, row));
  if (mounted) console.log('\nours alone, other mountings');
  for (const row of mounted ?? []) {
    console.log(`${line(`  ${row.name}`, row)}, ${(100 * row.late).toFixed(1)} % at 2 s or later`);
  }
  return 0;
}

process.exitCode = main();
