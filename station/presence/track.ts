import type { BeaconCode } from '../../shared/domain/index.ts';
import { newLevel, type SmoothedLevel } from './smoothed-level.ts';
import type { PresenceChange, PresenceRule, PresenceState, ReceiverLevel } from './types.ts';

/** How a car is heard where it stands (own-stay.ts). */
export interface Stay {
  /** The lanes that it may stand in, as the track has them. */
  laneIds: readonly string[];
  /** By receiver index; one that does not hear it counts as the radio's floor, dBm. */
  levelsDbm: number[];
  notedAtMs: number;
}

/** Somebody said in which lane it stands (lane-experience.ts). */
export interface SeenStay {
  laneId: string;
  /** What the lane was taught of it, by receiver index; null = nothing yet. */
  taughtDbm: readonly number[] | null;
}

/** All that is remembered of one car: one code, or all codes of a rotating jack. Times are engine time (monotonic-time.ts). */
export interface Track {
  /** Every code it is known by, the one that it reports under last; never empty. */
  codes: readonly BeaconCode[];
  /** Whose car it is, once that is known; codes of the same car share one track. */
  carKey: string | null;
  state: PresenceState;
  laneId: string | null;
  /** The lanes it may be in, likeliest first; one when laneId is known. */
  candidates: readonly string[];
  firstHeardAtMs: number;
  arrivedAtMs: number | null;
  lastHeardAtMs: number;
  hearings: number;
  /** So long it has been heard without being heard to move (coming.ts); ∞ = it never was, ms. */
  unmovedMs: number;
  /** The shortest mean time between hearings at any receiver: how often it speaks, ms. */
  shortestGapMs: number;
  /** By receiver index. */
  levels: (SmoothedLevel | undefined)[];
  /** How surely it stands (standing.ts), and how often that was reckoned anew. */
  standsSum: number;
  stops: number;
  /** Sum of the evidence for a lane, dB·s, and when it was last added to. */
  evidence: number;
  summedAtMs: number;
  /** The least margin of the last minutes: from where it came in; null = not known yet. */
  lowMarginDb: number | null;
  /** The lane that it was first gathered for; −1 = none. */
  evidenceLane: number;
  /** Since when the evidence says "in a lane" / "lingers there" / "leaving" / "another lane". */
  inLaneSinceMs: number | null;
  /** Since when a car that came in has been where it would have arrived if it stood (arrival-evidence.ts). */
  mayStopSinceMs: number | null;
  lingeringSinceMs: number | null;
  leavingSinceMs: number | null;
  /** Since when it is seen to move where its lane hears it as well as in its stay (own-stay.ts). */
  drivesOutSinceMs: number | null;
  movingSinceMs: number | null;
  movingTo: string;
  /** The lane's level, and its level over seconds, at their best while the car stood there. */
  stayDbm: number | null;
  slowStayDbm: number | null;
  /** The greatest margin while it stood there. */
  stayMarginDb: number | null;
  /** How it is heard, or was, where it stood last; null = it did not stand here yet (own-stay.ts). */
  stay: Stay | null;
  /** Where somebody saw it stand during this stay; null = nobody said so. */
  seen: SeenStay | null;
  why: { rule: PresenceRule; sinceMs: number; marginDb: number | null };
  /** Neighbours in the chain of its state (track-store.ts). */
  before: Track | null;
  after: Track | null;
}

/** The code that a track reports under: the newest. */
export function codeOf(track: Track): BeaconCode {
  const code = track.codes.at(-1);
  if (code === undefined) throw new Error('a track without a code');
  return code;
}

/** Its level at this receiver. */
export function levelAt(track: Track, index: number): SmoothedLevel {
  let level = track.levels[index];
  if (level === undefined) {
    level = newLevel();
    // Filled up to the index: an array with holes is slow.
    while (track.levels.length < index) track.levels.push(undefined);
    track.levels[index] = level;
  }
  return level;
}

/** The receivers that have heard it. */
export function heardBy(track: Track): number[] {
  return [...track.levels.keys()].filter((index) => track.levels[index] !== undefined);
}

export function newTrack(code: BeaconCode, nowMs: number): Track {
  return {
    codes: [code],
    carKey: null,
    state: 'tentative',
    laneId: null,
    candidates: [],
    firstHeardAtMs: nowMs,
    arrivedAtMs: null,
    lastHeardAtMs: nowMs,
    hearings: 0,
    unmovedMs: Number.POSITIVE_INFINITY,
    shortestGapMs: Number.POSITIVE_INFINITY,
    levels: [],
    standsSum: 0,
    stops: 0,
    evidence: 0,
    summedAtMs: nowMs,
    lowMarginDb: null,
    evidenceLane: -1,
    inLaneSinceMs: null,
    mayStopSinceMs: null,
    lingeringSinceMs: null,
    leavingSinceMs: null,
    drivesOutSinceMs: null,
    movingSinceMs: null,
    movingTo: '',
    stayDbm: null,
    slowStayDbm: null,
    stayMarginDb: null,
    stay: null,
    seen: null,
    why: { rule: 'first-hearing', sinceMs: nowMs, marginDb: null },
    before: null,
    after: null,
  };
}

/** A departed car came back: a new stay on the same track. */
export function beginStay(track: Track, sinceMs: number): void {
  track.firstHeardAtMs = sinceMs;
  track.arrivedAtMs = null;
  track.laneId = null;
  track.candidates = [];
  track.evidenceLane = -1;
  track.seen = null;
  track.stayDbm = null;
  track.slowStayDbm = null;
  track.stayMarginDb = null;
}

function place(track: Track, candidates: readonly string[]): void {
  track.candidates = candidates;
  track.laneId = candidates.length === 1 ? (candidates[0] ?? null) : null;
}

/** It stands there from now on: how loud it is is measured anew. */
export function settleIn(track: Track, candidates: readonly string[], laneDbm: number): void {
  place(track, candidates);
  track.stayDbm = laneDbm;
  track.slowStayDbm = null;
  track.stayMarginDb = null;
}

/** Nothing is being judged any more: the dwells and sums start again. */
export function clearEvidence(track: Track): void {
  track.evidence = 0;
  track.inLaneSinceMs = null;
  track.mayStopSinceMs = null;
  track.lingeringSinceMs = null;
  track.leavingSinceMs = null;
  track.drivesOutSinceMs = null;
  track.movingSinceMs = null;
}

/** @param wall engine time → the wall clock as it stands now */
export function report(
  track: Track,
  receiverIds: readonly string[],
  nowMs: number,
  wall: (engineMs: number) => number,
): PresenceChange {
  const levels: ReceiverLevel[] = [];
  for (let index = 0; index < track.levels.length; index++) {
    const level = track.levels[index];
    const receiverId = receiverIds[index];
    if (level === undefined || receiverId === undefined) continue;
    levels.push({
      receiverId,
      smoothedDbm: level.hasLevel ? level.fastDbm : null,
      peakDbm: level.hasLevel ? level.peakDbm : null,
      hearings: level.hearings,
      lastHeardAtMs: wall(level.lastHeardAtMs),
    });
  }
  levels.sort((a, b) => (b.smoothedDbm ?? -1_000) - (a.smoothedDbm ?? -1_000));
  return {
    code: codeOf(track),
    state: track.state,
    laneId: track.laneId,
    ...(track.candidates.length > 1 ? { laneCandidates: [...track.candidates] } : {}),
    firstHeardAtMs: wall(track.firstHeardAtMs),
    arrivedAtMs: track.arrivedAtMs === null ? null : wall(track.arrivedAtMs),
    lastHeardAtMs: wall(track.lastHeardAtMs),
    rssiDbm: levels[0]?.smoothedDbm ?? null,
    atMs: wall(nowMs),
    why: { rule: track.why.rule, sinceMs: wall(track.why.sinceMs), levels, marginDb: track.why.marginDb },
  };
}
