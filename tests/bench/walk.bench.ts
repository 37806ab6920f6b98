/**
 * What the report of a walk test expects, beside what then comes: an installer walks each of so many new sites once, uses
 * the proposal, and customers come (new-site.bench.ts, by the same measure).
 *
 *   site ─▶ walk ─▶ report: expected ──────────────────────┐
 *    └────▶ first cars, with the proposal in force: came ──┴─▶ side by side, in the mean and site by site
 *
 * Faulty sites are walked beside the good ones: a lane's receiver is deaf or behind metal, or the two bays' receivers hang
 * in one place. Their reports must be the poorer ones.
 *
 * WALK_SITES=5 takes fewer sites, BENCH_SEED=100 others, WALK_LAPS=2 stops in each lane twice, WALK_TABLE=1 prints each site.
 * How the trials disturb, and what is advised, were settled on seeds 101 to 160 and with a look at 301 to 672.
 */
import { place, walkLot } from '../../simulator/index.ts';
import { runTraffic, type TrafficOptions } from '../../simulator/scenarios/traffic.ts';
import { analyseWalk, lanesWith, lessonsOf } from '../../station/installer/index.ts';
import { lanesAsBuilt, measure } from './lot/measure.ts';
import { rankCorrelation } from './lot/rank-correlation.ts';
import { nobody } from './lot/teachers.ts';

const sites = Number(process.env.WALK_SITES ?? 60);
const firstSeed = Number(process.env.BENCH_SEED ?? 701);
const laps = Number(process.env.WALK_LAPS ?? 1);
const firstCars = 60;
/** Of all sites that are walked, one in so many is faulty. */
const faultyOneIn = 6;
const poorShare = 0.1;

const kinds = ['missed', 'wrongLane', 'unsure', 'false'] as const;
type Shares = Record<(typeof kinds)[number], number>;

type Heard = [receiverId: string, rssiDbm: number];
interface Fault {
  name: string;
  /** What is heard there instead of this. */
  hears(receiverId: string, rssiDbm: number): Heard[];
}
const deaf = (one: string): Fault => ({
  name: `${one}: receiver deaf`,
  hears: (receiverId, rssiDbm) => (receiverId === one ? [] : [[receiverId, rssiDbm]]),
});
const faults: readonly Fault[] = [
  deaf('bay-1'),
  {
    name: 'both bays by one place',
    hears: (receiverId, rssiDbm) =>
      receiverId === 'bay-1'
        ? ['bay-1', 'bay-2'].map((both): Heard => [both, rssiDbm])
        : receiverId === 'bay-2'
          ? []
          : [[receiverId, rssiDbm]],
  },
  deaf('pump-3'),
  {
    name: 'pump-2: behind metal, -15 dB',
    hears: (receiverId, rssiDbm) => [[receiverId, receiverId === 'pump-2' ? rssiDbm - 15 : rssiDbm]],
  },
];

interface Site {
  seed: number;
  fault: string | null;
  expected: Shares;
  came: Shares;
  advice: string;
}

const laneIds = place.lanes.toSorted((a, b) => b.kind.localeCompare(a.kind)).map(({ laneId }) => laneId);

async function siteOf(seed: number, fault: Fault | null): Promise<Site> {
  const hears = fault?.hears ?? ((...heard: Heard) => [heard]);
  const walk = walkLot({
    seed,
    startMs: Date.UTC(2026, 10, 20),
    laneIds: Array.from({ length: laps }, () => laneIds).flat(),
  });
  const trace = walk.hearings.flatMap(({ receiverId, rssiDbm, atMs }) =>
    hears(receiverId, rssiDbm).map(([by, dbm]) => ({ receiverId: by, rssiDbm: dbm, atMs })),
  );
  const lanes = lanesAsBuilt();
  const report = await analyseWalk(walk.code, trace, walk.marks, lanes);
  const traffic = (options: TrafficOptions) =>
    runTraffic({
      ...options,
      onHeard: (receiverId, code, rssiDbm, atMs) => {
        for (const [by, dbm] of hears(receiverId, rssiDbm)) options.onHeard(by, code, dbm, atMs);
      },
    });
  const { tally } = measure({
    seed,
    arrivals: firstCars,
    driveBys: firstCars,
    crowd: 0,
    arrivalEveryMs: 45_000,
    driveByEveryMs: 45_000,
    rotatingShare: 1 / 3,
    tuning: {},
    traffic,
    lanes: lanesWith(lanes, report.lanes),
    teacher: {
      ...nobody,
      begin(engine) {
        for (const { laneId, levels, lesson } of lessonsOf({ testId: 'walk', lanes: report.lanes })) {
          engine.teach(laneId, levels, lesson);
        }
      },
    },
  });
  const share = (count: number) => count / tally.arrivals;
  const { missed, wrongLane = 0, unsure = 0, false: early } = report.expected.suggested;
  return {
    seed,
    fault: fault?.name ?? null,
    expected: { missed, wrongLane, unsure, false: early },
    came: {
      missed: share(tally.missed),
      wrongLane: share(tally.settledNamed - tally.settledRight),
      unsure: share(tally.settledUnsure),
      false: share(tally.early),
    },
    advice: report.advice.map(({ what, laneIds: of }) => `${what} ${of.join(' ')}`).join(', '),
  };
}

const walked: Site[] = [];
for (let n = 0; n < sites; n++) walked.push(await siteOf(firstSeed + n, null));
const good = [...walked];
for (let n = 0; n < Math.ceil(sites / (faultyOneIn - 1)); n++) {
  walked.push(await siteOf(firstSeed + sites + n, faults[n % faults.length] ?? null));
}

const errors = ({ missed, wrongLane, false: early }: Shares) => missed + wrongLane + early;
const mean = (of: readonly number[]) => of.reduce((sum, one) => sum + one, 0) / Math.max(1, of.length);
const percent = (share: number) => Number((100 * share).toFixed(1));
const cells = (shares: Shares) => kinds.map((kind) => String(percent(shares[kind])).padStart(10)).join('');

console.log(`  ${'%'.padEnd(34)}${kinds.map((kind) => kind.padStart(10)).join('')}`);
const inTheMean = (what: 'expected' | 'came'): Shares => {
  const of = (kind: keyof Shares) => mean(good.map((site) => site[what][kind]));
  return { missed: of('missed'), wrongLane: of('wrongLane'), unsure: of('unsure'), false: of('false') };
};
const [expected, came] = [inTheMean('expected'), inTheMean('came')];
console.log(`  ${'expected by the report'.padEnd(34)}${cells(expected)}`);
console.log(`  ${'came'.padEnd(34)}${cells(came)}`);
for (const site of walked.filter(({ fault }) => fault !== null || process.env.WALK_TABLE === '1')) {
  const name = `${site.seed} ${site.fault ?? ''}`.padEnd(34);
  console.log(`  ${name}${cells(site.expected)}  came${cells(site.came)}  ${site.advice}`);
}

const figure = (what: string, ours: number, goal: number, better: 'more' | 'less', extra = {}) =>
  console.log(
    JSON.stringify({ bench: `walk-${what}`, ours: Number(ours.toFixed(2)), goal, better, ...extra }),
  );
const facts = { sites, stops: sites * firstCars, laps };
const ratio = (expected.missed + expected.wrongLane) / Math.max(1e-9, came.missed + came.wrongLane);
figure('missed-and-wrong-expected-over-came', ratio, 1.5, 'less', { unit: 'times', ...facts });
figure('missed-and-wrong-came-over-expected', 1 / ratio, 1.5, 'less', { unit: 'times', ...facts });
const advised = (isIt: (advice: string) => boolean) =>
  percent(mean(good.map(({ advice }) => (isIt(advice) ? 1 : 0))));
figure(
  'good-sites-told-to-walk-again',
  advised((advice) => advice.includes('walk-again')),
  15,
  'less',
  {
    unit: '%',
    ...facts,
  },
);
const anythingElse = (advice: string) => advice !== '' && !advice.includes('walk-again');
figure('good-sites-told-anything-else', advised(anythingElse), 5, 'less', { unit: '%', ...facts });
const cameWhere = (isPoor: boolean) => {
  const sitesOf = walked.filter((site) => errors(site.expected) > poorShare === isPoor);
  return { sites: sitesOf.length, errors: percent(mean(sitesOf.map((site) => errors(site.came)))) };
};
const [poor, fine] = [cameWhere(true), cameWhere(false)];
figure('errors-came-where-poor-expected', poor.errors / Math.max(0.1, fine.errors), 2, 'more', {
  unit: 'times',
  poor,
  fine,
});
const faulty = walked.filter(({ fault }) => fault !== null);
figure(
  'faulty-sites-told-what-to-do',
  percent(mean(faulty.map(({ advice }) => (advice === '' ? 0 : 1)))),
  75,
  'more',
  {
    unit: '%',
    sites: faulty.length,
  },
);
const rank = rankCorrelation(
  walked.map((site) => errors(site.expected)),
  walked.map((site) => errors(site.came)),
);
console.log(`  rank correlation of the errors of ${walked.length} sites: ${rank.toFixed(2)}`);
