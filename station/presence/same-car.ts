/**
 * A rotating jack changes its code while the car comes, stands or leaves. Once it is known that two codes are
 * one car's, their two tracks become one:
 *
 *   older code   ●──approaching──arrived──────────parked                 what it was judged as
 *   newer code                                        ●──approaching──   what is heard now
 *   together     ●──approaching──arrived──────────parked──arrived─────   one stay, under the newer code
 *
 * The newer code never takes back what the older one was judged as: a car that arrived is not approaching
 * again, and one that was heard leaving is not coming. Only a newer arrival, or an older silence, gives way.
 */

import type { PresenceDelays } from './delays.ts';
import { hear, type SmoothedLevel } from './smoothed-level.ts';
import type { Track } from './track.ts';
import type { PresenceRule, PresenceState } from './types.ts';

/** How a track ended by hearing the car go, not by hearing nothing. */
const heardGoing: readonly PresenceRule[] = ['heard-leaving', 'fell-silent-leaving', 'heard-elsewhere'];
/** How a track ended whose car drove off, be it one that was never judged as arrived. */
const droveOff: readonly PresenceRule[] = [...heardGoing, 'drove-by'];

const rank: Record<PresenceState, number> = {
  departed: 0,
  tentative: 1,
  approaching: 2,
  parked: 3,
  arrived: 4,
};

const isHere = (track: Track) => track.state === 'arrived' || track.state === 'parked';

/**
 * Which of the two judgements the car keeps.
 *
 *   older     the older code's: the newer one only brings newer levels
 *   newer     the newer code's: it is a stay of its own, or further in the same one
 *   left      the older one's stay has ended: under the newer code the car was heard driving off
 */
export function whoseStay(older: Track, newer: Track): 'older' | 'newer' | 'left' {
  if (older.state === 'departed') {
    if (isHere(newer)) return 'newer';
    return heardGoing.includes(older.why.rule) ? 'older' : 'newer';
  }
  if (newer.state === 'departed') {
    return droveOff.includes(newer.why.rule) ? 'left' : 'older';
  }
  if (isHere(older)) return 'older';
  return rank[newer.state] >= rank[older.state] ? 'newer' : 'older';
}

/** What was heard under both codes, in `older`; its judgement stays as it is. */
export function joinHearings(older: Track, newer: Track, delays: PresenceDelays): void {
  older.firstHeardAtMs = Math.min(older.firstHeardAtMs, newer.firstHeardAtMs);
  older.lastHeardAtMs = Math.max(older.lastHeardAtMs, newer.lastHeardAtMs);
  older.hearings += newer.hearings;
  older.unmovedMs = Math.min(older.unmovedMs, newer.unmovedMs);
  older.shortestGapMs = Math.min(older.shortestGapMs, newer.shortestGapMs);
  // Whether it stands is reckoned anew: the means of the two belong to different stops.
  older.standsSum = 0;
  older.stops = Math.max(older.stops, newer.stops) + 1;
  for (let index = 0; index < newer.levels.length; index++) {
    while (older.levels.length <= index) older.levels.push(undefined);
    older.levels[index] = joined(older.levels[index], newer.levels[index], delays);
  }
}

/** Few hearings go on smoothly from what was heard before; many speak for themselves. */
function joined(
  before: SmoothedLevel | undefined,
  now: SmoothedLevel | undefined,
  delays: PresenceDelays,
): SmoothedLevel | undefined {
  if (before === undefined || now === undefined) return now ?? before;
  if (now.hearings < delays.approachHearings) {
    const hearings = before.hearings + now.hearings;
    hear(before, now.hasLevel ? now.lastDbm : null, now.lastHeardAtMs, delays);
    before.hearings = hearings;
    return before;
  }
  now.hearings += before.hearings;
  if (!Number.isNaN(before.baseDbm)) {
    now.baseDbm = before.baseDbm;
    now.baseSinceMs = before.baseSinceMs;
  }
  now.peakDbm = Math.max(now.peakDbm, before.peakDbm);
  return now;
}

/** The newer code's judgement, in `older`. The state itself is the store's to change. */
export function takeJudgement(older: Track, newer: Track): void {
  if (older.state === 'departed') {
    older.firstHeardAtMs = newer.firstHeardAtMs;
    older.seen = newer.seen;
  } else older.seen = newer.seen ?? older.seen;
  older.laneId = newer.laneId;
  older.candidates = newer.candidates;
  older.arrivedAtMs = newer.arrivedAtMs;
  older.stayDbm = newer.stayDbm;
  older.slowStayDbm = newer.slowStayDbm;
  older.stayMarginDb = newer.stayMarginDb;
  older.stay = newer.stay ?? older.stay;
  older.why = newer.why;
  // Evidence for a lane outlives the code that it was heard under.
  older.evidence = Math.max(older.evidence, newer.evidence);
  older.lowMarginDb = Math.min(older.lowMarginDb ?? 0, newer.lowMarginDb ?? 0);
  older.summedAtMs = newer.summedAtMs;
  older.inLaneSinceMs ??= newer.inLaneSinceMs;
  older.lingeringSinceMs ??= newer.lingeringSinceMs;
  older.leavingSinceMs = newer.leavingSinceMs;
  older.movingSinceMs = newer.movingSinceMs;
  older.movingTo = newer.movingTo;
}
