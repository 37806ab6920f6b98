/**
 * What to do about lanes in which cars would be judged wrongly, lane by lane, each with one remedy: the first that fits.
 *
 *   nobody heard the car there              ─▶ jack-not-heard      its power, or a receiver is missing there
 *   others did, the lane's receivers hardly ─▶ receiver-not-heard  that receiver, its cable, its place
 *   not recognised, rather than misnamed    ─▶ too-faint           a receiver nearer, the jack further in front
 *   misnamed, and cars of another lane, too ─▶ sound-alike         their receivers hang too close to each other
 *   misnamed, stood in once only            ─▶ walk-again          one stand may have been a poor one
 *   misnamed, stood in several times        ─▶ move-receiver
 *
 * Lanes that cannot be told apart confuse both ways; a poor stand confuses its own lane only.
 */
import type { WalkAdvice, WalkReport, WalkShares } from '../../shared/station-contract/index.ts';

type LaneResult = WalkReport['lanes'][number];

/** More errors than this, of all stops: something must be done … */
const poorShare = 0.1;
/** … about the lanes that have more errors than this: to walk there again is soon said, to move a receiver is not. */
const poorLaneShare = { once: 0.25, often: 0.5 };
/** A lane with more than this is poor by itself, however good the others are. */
const badLaneShare = 0.75;
/** Lanes with more than this named wrongly, or as one of several, sound alike where there are two of them. */
const alikeShare = 0.5;
/** Fewer hearings than this in a stand: nobody heard it, or the tap came too early. */
const fewHearings = 5;
/** A receiver that hears the car in its own lane less often than this, beside the one that hears it most often there, is deaf. */
const deafShare = 0.2;

export function adviceOf(lanes: readonly LaneResult[], shares: WalkShares): WalkAdvice[] {
  const isPoor = errors(shares) > poorShare;
  const advice = new Map<WalkAdvice['what'], string[]>();
  const heardWell = lanes.filter((lane) => unheardRemedyOf(lane, isPoor) === null);
  // One alone sounds like no other: what it is taken for has another remedy, and that first.
  const alike = heardWell.filter(({ expected }) => unnamed(expected) > alikeShare);
  for (const lane of lanes) {
    const isAlike = alike.length > 1 && alike.includes(lane);
    const what = unheardRemedyOf(lane, isPoor) ?? (isAlike ? 'sound-alike' : misnamedRemedyOf(lane, isPoor));
    if (what !== null) advice.set(what, [...(advice.get(what) ?? []), lane.laneId]);
  }
  return [...advice].map(([what, laneIds]) => ({ what, laneIds }));
}

function unheardRemedyOf(lane: LaneResult, isPoor: boolean): WalkAdvice['what'] | null {
  const { marks, levels, suggested, expected } = lane;
  const own = levels.filter(({ receiverId }) => suggested.some((one) => one.receiverId === receiverId));
  if (levels.reduce((sum, { hearings }) => sum + hearings, 0) < fewHearings * marks) return 'jack-not-heard';
  if (mostHearings(own) < deafShare * mostHearings(levels)) return 'receiver-not-heard';
  const isFaint = expected !== undefined && expected.missed > errors(expected) / 2;
  return isFaint && isBad(lane, isPoor) ? 'too-faint' : null;
}

function misnamedRemedyOf(lane: LaneResult, isPoor: boolean): WalkAdvice['what'] | null {
  if (!isBad(lane, isPoor)) return null;
  return lane.marks === 1 ? 'walk-again' : 'move-receiver';
}

function isBad({ marks, expected }: LaneResult, isPoor: boolean): boolean {
  const wrong = expected === undefined ? 0 : errors(expected);
  return wrong > badLaneShare || (isPoor && wrong > poorLaneShare[marks === 1 ? 'once' : 'often']);
}

/** A car called arrived a moment too soon stands there soon after: no receiver is moved for it. */
const errors = (shares: WalkShares): number => shares.missed + (shares.wrongLane ?? 0);

const unnamed = (shares: WalkShares | undefined): number => (shares?.wrongLane ?? 0) + (shares?.unsure ?? 0);

const mostHearings = (levels: LaneResult['levels']): number =>
  levels.reduce((most, { hearings }) => Math.max(most, hearings), 0);
