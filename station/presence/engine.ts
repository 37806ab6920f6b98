/**
 * The judgement of presence: sightings and clock in, changes out. Pure: no timers, no I/O.
 *
 *   Sighting ─▶ smoothed level per receiver ─▶ lane evidence ─▶ state machine ─▶ PresenceChange
 *
 *            first hearing          heard again           evidence holds for enterDwellMs
 *   (none) ───────────────▶ tentative ────────▶ approaching ───────────────▶ arrived(lane) ◀─┐ moved lane
 *                              │                  │    └── fell silent in lane ──▶ │  ▲ └────┘
 *                silent 20 s   │    drove by or   │                 silent 10 s    │  │ heard again:
 *                              │    silent 60 s   │                                ▼  │ the same stay
 *                              ▼                  ▼                               parked
 *                           departed ◀────────────┴── heard leaving, heard elsewhere, or 6 h ──┘
 *
 * Silence alone never turns arrived or parked into departed: the engine is off while fuel is pumped
 * and the jack falls silent with it.
 */

import type { BeaconCode } from '../../shared/domain/index.ts';
import { type PresenceDelays, presenceDelays } from './delays.ts';
import { type IndexedLane, indexLanes, judgeLanes, type LaneEvidence, laneLevel } from './lane-evidence.ts';
import { MonotonicTime } from './monotonic-time.ts';
import { hear, levelNow, newLevel, type SmoothedLevel, showsStillness, stillness } from './smoothed-level.ts';
import type {
  PresenceChange,
  PresenceRule,
  PresenceSettings,
  PresenceSnapshot,
  PresenceState,
  PresenceWhy,
  ReceiverLevel,
  RestoredPresence,
  Sighting,
} from './types.ts';

interface Track {
  code: BeaconCode;
  state: PresenceState;
  laneId: string | null;
  candidates: string[];
  firstHeardAtMs: number;
  arrivedAtMs: number | null;
  lastHeardAtMs: number;
  hearings: number;
  levels: (SmoothedLevel | undefined)[];
  /** Since when the evidence says "in a lane" / "leaving" / "another lane"; null = it does not. */
  inLaneSinceMs: number | null;
  /** Sum of the evidence for a lane, dB·s, and when it was last added to. */
  evidence: number;
  summedAtMs: number;
  leavingSinceMs: number | null;
  movingSinceMs: number | null;
  movingTo: string;
  /** The lane's level while the car stood there. */
  stayDbm: number | null;
  why: { rule: PresenceRule; sinceMs: number; marginDb: number | null };
}

export class PresenceEngine {
  readonly #delays: PresenceDelays;
  readonly #lanes: IndexedLane[];
  readonly #time: MonotonicTime;
  readonly #receiverIds: string[] = [];
  readonly #receiverIndex = new Map<string, number>();
  /** By receiver index: stands at a lane; last sighting of anybody; said to be down. */
  readonly #inLane: boolean[] = [];
  readonly #receiverHeardAtMs: number[] = [];
  readonly #receiverDown: boolean[] = [];
  /** A standing car was seen to freeze here (smoothed-level.ts). */
  readonly #showsStillness: boolean[] = [];
  readonly #tracks = new Map<BeaconCode, Track>();
  /** The same tracks by state, oldest first: what is pushed out first is found at once. */
  readonly #byState: Record<PresenceState, Set<Track>> = {
    tentative: new Set(),
    approaching: new Set(),
    arrived: new Set(),
    parked: new Set(),
    departed: new Set(),
  };
  #startedAtMs: number | null = null;
  #evicted = 0;
  #refused = 0;

  constructor(settings: PresenceSettings) {
    this.#delays = { ...presenceDelays, ...settings.tuning };
    this.#time = new MonotonicTime(this.#delays.clockStepMs);
    this.#lanes = indexLanes(settings.lanes, (receiverId) => {
      const index = this.#indexOf(receiverId);
      this.#inLane[index] = true;
      return index;
    });
  }

  /** Takes in one hearing. Late stamps are taken as now; a receiver beyond the limit is not listened to. */
  sighting(sighting: Sighting): PresenceChange[] {
    const nowMs = this.#advance(sighting.atMs);
    const index = this.#indexOf(sighting.receiverId);
    if (index < 0) return [];
    this.#receiverHeardAtMs[index] = nowMs;
    const changes: PresenceChange[] = [];
    let track = this.#tracks.get(sighting.code);
    if (track === undefined) {
      if (!this.#makeRoom(changes)) return changes;
      track = this.#newTrack(sighting.code, nowMs);
    }
    track.hearings += 1;
    track.lastHeardAtMs = nowMs;
    let level = track.levels[index];
    if (level === undefined) {
      level = newLevel();
      track.levels[index] = level;
    }
    const rssiDbm = Number.isFinite(sighting.rssiDbm) ? sighting.rssiDbm : null;
    hear(level, rssiDbm, nowMs, this.#delays);
    if (showsStillness(level, nowMs, this.#delays)) this.#showsStillness[index] = true;
    this.#judgeHearing(track, nowMs, changes);
    return changes;
  }

  /** Takes in the time, about once a second: everything that silence and dwell decide. */
  tick(atMs: number): PresenceChange[] {
    const nowMs = this.#advance(atMs);
    const changes: PresenceChange[] = [];
    for (const track of this.#tracks.values()) this.#judgeSilence(track, nowMs, changes);
    return changes;
  }

  /** The supervisor knows better than silence: while a receiver is down its cars are not judged by it. */
  receiverDown(receiverId: string): void {
    const index = this.#indexOf(receiverId);
    if (index >= 0) this.#receiverDown[index] = true;
  }

  receiverUp(receiverId: string): void {
    const index = this.#indexOf(receiverId);
    if (index >= 0) this.#receiverDown[index] = false;
  }

  /** Another site hears this code: it cannot be here. */
  heardElsewhere(code: BeaconCode, atMs: number): PresenceChange[] {
    const nowMs = this.#advance(atMs);
    const track = this.#tracks.get(code);
    const changes: PresenceChange[] = [];
    if (track && track.state !== 'departed') this.#depart(track, 'heard-elsewhere', nowMs, nowMs, changes);
    return changes;
  }

  /** Puts stays of an earlier run back; nothing is reported for them. */
  restore(stays: readonly RestoredPresence[], atMs: number): void {
    const nowMs = this.#advance(atMs);
    for (const stay of stays) {
      if (this.#tracks.has(stay.code)) continue;
      const track = this.#newTrack(stay.code, nowMs);
      track.firstHeardAtMs = this.#time.fromWall(stay.firstHeardAtMs);
      track.arrivedAtMs = this.#time.fromWall(stay.arrivedAtMs);
      track.lastHeardAtMs = this.#time.fromWall(stay.lastHeardAtMs);
      track.laneId = stay.laneId;
      track.candidates = stay.laneCandidates ?? (stay.laneId === null ? [] : [stay.laneId]);
      track.why = { rule: 'present-at-start', sinceMs: track.arrivedAtMs, marginDb: null };
      this.#setState(track, stay.state);
    }
  }

  snapshot(): PresenceSnapshot {
    const present: PresenceChange[] = [];
    for (const track of this.#tracks.values()) {
      if (track.state !== 'departed') present.push(this.#report(track, this.#time.nowMs));
    }
    return { present, evicted: this.#evicted, refused: this.#refused };
  }

  /** Why this code is what it is now; null when it is not known. */
  explain(code: BeaconCode): PresenceChange | null {
    const track = this.#tracks.get(code);
    return track ? this.#report(track, this.#time.nowMs) : null;
  }

  get trackedCodes(): number {
    return this.#tracks.size;
  }

  // ---- judging -----------------------------------------------------------------------------------

  #judgeHearing(track: Track, nowMs: number, changes: PresenceChange[]): void {
    if (track.hearings === 1) {
      this.#change(track, 'tentative', 'first-hearing', nowMs, nowMs, changes);
    }
    const evidence = judgeLanes(this.#lanes, this.#inLane, track.levels, nowMs, this.#delays);
    track.why.marginDb = evidence.marginDb;
    switch (track.state) {
      case 'tentative':
        if (track.hearings >= this.#delays.approachHearings) {
          this.#change(track, 'approaching', 'heard-repeatedly', track.firstHeardAtMs, nowMs, changes);
          this.#judgeEntering(track, evidence, nowMs, changes);
        }
        return;
      case 'approaching':
        this.#judgeEntering(track, evidence, nowMs, changes);
        return;
      case 'parked':
        this.#change(track, 'arrived', 'heard-again', nowMs, nowMs, changes);
        this.#judgeStaying(track, evidence, nowMs, changes);
        return;
      case 'arrived':
        this.#judgeStaying(track, evidence, nowMs, changes);
        return;
      case 'departed':
        this.#judgeReturn(track, evidence, nowMs, changes);
        return;
    }
  }

  #judgeEntering(track: Track, evidence: LaneEvidence, nowMs: number, changes: PresenceChange[]): void {
    if (!this.#sumEvidence(track, evidence, nowMs)) return;
    const sinceMs = track.inLaneSinceMs ?? nowMs;
    this.#arrive(track, evidence, evidence.rule ?? 'stronger-in-lane', sinceMs, nowMs, changes);
  }

  /**
   * Sums the evidence for the lane over time (a CUSUM): much quickly, little slowly, and a car that is
   * seen to stand many times faster; evidence against it takes away. True when there is enough.
   */
  #sumEvidence(track: Track, evidence: LaneEvidence, nowMs: number): boolean {
    const d = this.#delays;
    const seconds = Math.min(d.evidenceGapMs, nowMs - track.summedAtMs) / 1_000;
    track.summedAtMs = nowMs;
    if (evidence.rule === null) {
      track.evidence = Math.max(0, track.evidence + seconds * Math.min(0, evidence.excessDb) * 2);
    } else {
      const still = stillness(track.levels, nowMs, d);
      const db = d.evidenceBaseDb + Math.min(d.evidenceCapDb, Math.max(0, evidence.excessDb));
      track.evidence += seconds * db * (1 + (d.stillWeight - 1) * still);
    }
    if (track.evidence <= 0) track.inLaneSinceMs = null;
    else track.inLaneSinceMs ??= nowMs;
    if (evidence.rule === null) return false;
    const enough = this.#wouldShowStillness(track, nowMs) ? d.movingArrivalEvidence : d.arrivalEvidence;
    return evidence.rule === 'standing' || track.evidence >= enough;
  }

  /** Does a receiver that hears this code now freeze with standing cars? Then motion is seen, not guessed. */
  #wouldShowStillness(track: Track, nowMs: number): boolean {
    for (let index = 0; index < track.levels.length; index++) {
      const level = track.levels[index];
      if (!level || !this.#showsStillness[index]) continue;
      if (nowMs - level.lastLevelAtMs <= this.#delays.jitterFreshMs) return true;
    }
    return false;
  }

  #arrive(
    track: Track,
    evidence: LaneEvidence,
    rule: PresenceRule,
    sinceMs: number,
    nowMs: number,
    changes: PresenceChange[],
  ): void {
    const atStart =
      this.#startedAtMs !== null && sinceMs - this.#startedAtMs <= this.#delays.presentAtStartMs;
    this.#place(track, evidence.candidates);
    track.arrivedAtMs = nowMs;
    track.inLaneSinceMs = null;
    track.evidence = 0;
    track.stayDbm = evidence.laneDbm;
    this.#change(track, 'arrived', atStart ? 'present-at-start' : rule, sinceMs, nowMs, changes);
  }

  #judgeStaying(track: Track, evidence: LaneEvidence, nowMs: number, changes: PresenceChange[]): void {
    const laneDbm = this.#levelOfOwnLane(track, nowMs);
    if (track.stayDbm === null || laneDbm > track.stayDbm) track.stayDbm = laneDbm;
    if (this.#isLeaving(track, evidence, laneDbm, nowMs)) {
      track.leavingSinceMs ??= nowMs;
      const compared = evidence.marginDb !== null;
      if (compared && nowMs - track.leavingSinceMs >= this.#delays.leaveDwellMs) {
        this.#depart(track, 'heard-leaving', track.leavingSinceMs, nowMs, changes);
        return;
      }
    } else {
      track.leavingSinceMs = null;
    }
    this.#judgeMove(track, evidence, laneDbm, nowMs, changes);
  }

  /**
   * With a receiver outside to compare with: the lane's level fell and the outside one is better now.
   * With one receiver only: the level fell away; that alone departs nobody, silence must follow it.
   */
  #isLeaving(track: Track, evidence: LaneEvidence, laneDbm: number, nowMs: number): boolean {
    if (track.stayDbm === null || this.#ownReceiversLost(track, nowMs)) return false;
    if (evidence.belowExit) return true;
    const fell = laneDbm <= track.stayDbm - this.#delays.leaveDropDb;
    if (evidence.marginDb !== null) return fell && evidence.marginDb <= -this.#delays.leaveMarginDb;
    return fell && laneDbm < this.#delays.standingDbm;
  }

  #judgeMove(
    track: Track,
    evidence: LaneEvidence,
    ownDbm: number,
    nowMs: number,
    changes: PresenceChange[],
  ): void {
    const own = track.candidates;
    const found = evidence.candidates;
    const narrower = found.length < own.length && found.every((laneId) => own.includes(laneId));
    const elsewhere =
      found.length > 0 &&
      !found.some((laneId) => own.includes(laneId)) &&
      evidence.laneDbm - ownDbm >= this.#delays.laneMoveMarginDb;
    if (evidence.rule === null || !(narrower || elsewhere)) {
      track.movingSinceMs = null;
      return;
    }
    const key = found.join('\n');
    if (track.movingSinceMs === null || track.movingTo !== key) {
      track.movingSinceMs = nowMs;
      track.movingTo = key;
    }
    if (nowMs - track.movingSinceMs < this.#delays.laneMoveDwellMs) return;
    const sinceMs = track.movingSinceMs;
    this.#place(track, found);
    track.movingSinceMs = null;
    track.stayDbm = evidence.laneDbm;
    this.#change(track, 'arrived', narrower ? 'lane-narrowed' : 'moved-lane', sinceMs, nowMs, changes);
  }

  /** A departed code is heard on for a while as it drives off; only a lane makes it a new stay. */
  #judgeReturn(track: Track, evidence: LaneEvidence, nowMs: number, changes: PresenceChange[]): void {
    if (!this.#sumEvidence(track, evidence, nowMs)) return;
    const sinceMs = track.inLaneSinceMs ?? nowMs;
    this.#forgetStay(track, sinceMs);
    this.#change(track, 'tentative', 'first-hearing', sinceMs, nowMs, changes);
    this.#change(track, 'approaching', 'heard-again', sinceMs, nowMs, changes);
    this.#arrive(track, evidence, evidence.rule ?? 'stronger-in-lane', sinceMs, nowMs, changes);
  }

  #judgeSilence(track: Track, nowMs: number, changes: PresenceChange[]): void {
    const d = this.#delays;
    const silentMs = nowMs - track.lastHeardAtMs;
    switch (track.state) {
      case 'tentative':
        if (silentMs >= d.tentativeSilenceMs) {
          this.#depart(track, 'never-heard-again', track.lastHeardAtMs, nowMs, changes);
        }
        return;
      case 'approaching':
        this.#judgeApproachingSilence(track, silentMs, nowMs, changes);
        return;
      case 'arrived':
        if (silentMs >= d.parkedAfterMs) {
          if (track.leavingSinceMs !== null && silentMs < d.leaveSilenceMs) return;
          if (track.leavingSinceMs !== null) {
            this.#depart(track, 'fell-silent-leaving', track.leavingSinceMs, nowMs, changes);
          } else {
            this.#change(track, 'parked', 'silent-after-arrival', track.lastHeardAtMs, nowMs, changes);
          }
        }
        return;
      case 'parked':
        if (silentMs >= d.longTimeoutMs) {
          this.#depart(track, 'long-timeout', track.lastHeardAtMs, nowMs, changes);
        }
        return;
      case 'departed':
        if (silentMs >= d.departedMemoryMs) this.#forget(track);
        return;
    }
  }

  #judgeApproachingSilence(track: Track, silentMs: number, nowMs: number, changes: PresenceChange[]): void {
    const d = this.#delays;
    if (track.inLaneSinceMs !== null && silentMs >= d.silentArrivalMs) {
      const heardAtMs = track.lastHeardAtMs;
      const evidence = judgeLanes(this.#lanes, this.#inLane, track.levels, heardAtMs, d);
      this.#arrive(track, evidence, 'fell-silent-in-lane', track.inLaneSinceMs, nowMs, changes);
      return;
    }
    if (this.#hearersLost(track, nowMs) && silentMs < d.receiverLostHoldMs) return;
    if (silentMs >= d.passedBySilenceMs && this.#fellAway(track)) {
      this.#depart(track, 'drove-by', track.lastHeardAtMs, nowMs, changes);
    } else if (silentMs >= d.approachingSilenceMs) {
      this.#depart(track, 'never-heard-again', track.lastHeardAtMs, nowMs, changes);
    }
  }

  /** The last levels lay well below their peaks: the car was driving off as it fell silent. */
  #fellAway(track: Track): boolean {
    let last = Number.NEGATIVE_INFINITY;
    let peak = Number.NEGATIVE_INFINITY;
    for (const level of track.levels) {
      if (!level?.hasLevel) continue;
      if (level.peakDbm > peak) peak = level.peakDbm;
      const dbm = levelNow(level, track.lastHeardAtMs, this.#delays);
      if (dbm > last) last = dbm;
    }
    return peak - last >= this.#delays.passedByDropDb;
  }

  /** Every receiver that hears this code is down or hears nobody else either, though it heard others before. */
  #hearersLost(track: Track, nowMs: number): boolean {
    let hearers = 0;
    for (let index = 0; index < track.levels.length; index++) {
      if (track.levels[index] === undefined) continue;
      hearers += 1;
      if (!this.#isLost(track, index, nowMs)) return false;
    }
    return hearers > 0;
  }

  #ownReceiversLost(track: Track, nowMs: number): boolean {
    const own = this.#lanes.filter((lane) => track.candidates.includes(lane.laneId));
    const receivers = own.flatMap((lane) => lane.receivers);
    return receivers.length > 0 && receivers.every((r) => this.#isLost(track, r.index, nowMs));
  }

  #isLost(track: Track, index: number, nowMs: number): boolean {
    if (this.#receiverDown[index]) return true;
    const heardAtMs = this.#receiverHeardAtMs[index] ?? 0;
    if (nowMs - heardAtMs < this.#delays.receiverLostMs) return false;
    // The receiver is silent. If it fell silent for others together with this code, it is lost.
    const ownHeardAtMs = track.levels[index]?.lastHeardAtMs ?? 0;
    for (const other of this.#tracks.values()) {
      if (other === track) continue;
      const level = other.levels[index];
      if (level && Math.abs(level.lastHeardAtMs - ownHeardAtMs) < this.#delays.receiverLostMs) return true;
    }
    return false;
  }

  // ---- changing ----------------------------------------------------------------------------------

  #levelOfOwnLane(track: Track, nowMs: number): number {
    let best = this.#delays.silentDbm;
    for (const lane of this.#lanes) {
      if (!track.candidates.includes(lane.laneId)) continue;
      best = Math.max(best, laneLevel(lane, track.levels, nowMs, this.#delays));
    }
    return best;
  }

  #place(track: Track, candidates: string[]): void {
    track.candidates = candidates;
    track.laneId = candidates.length === 1 ? (candidates[0] ?? null) : null;
  }

  #depart(track: Track, rule: PresenceRule, sinceMs: number, nowMs: number, changes: PresenceChange[]): void {
    this.#change(track, 'departed', rule, sinceMs, nowMs, changes);
    track.inLaneSinceMs = null;
    track.evidence = 0;
    track.leavingSinceMs = null;
    track.movingSinceMs = null;
  }

  #change(
    track: Track,
    state: PresenceState,
    rule: PresenceRule,
    sinceMs: number,
    nowMs: number,
    changes: PresenceChange[],
  ): void {
    track.why = { ...track.why, rule, sinceMs };
    this.#setState(track, state);
    changes.push(this.#report(track, nowMs));
  }

  #setState(track: Track, state: PresenceState): void {
    this.#byState[track.state].delete(track);
    track.state = state;
    this.#byState[state].add(track);
  }

  #report(track: Track, nowMs: number): PresenceChange {
    const wall = (engineMs: number) => this.#time.toWall(engineMs);
    const levels: ReceiverLevel[] = [];
    for (let index = 0; index < track.levels.length; index++) {
      const level = track.levels[index];
      const receiverId = this.#receiverIds[index];
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
    const why: PresenceWhy = {
      rule: track.why.rule,
      sinceMs: wall(track.why.sinceMs),
      levels,
      marginDb: track.why.marginDb,
    };
    return {
      code: track.code,
      state: track.state,
      laneId: track.laneId,
      ...(track.candidates.length > 1 ? { laneCandidates: [...track.candidates] } : {}),
      firstHeardAtMs: wall(track.firstHeardAtMs),
      arrivedAtMs: track.arrivedAtMs === null ? null : wall(track.arrivedAtMs),
      lastHeardAtMs: wall(track.lastHeardAtMs),
      rssiDbm: levels[0]?.smoothedDbm ?? null,
      atMs: wall(nowMs),
      why,
    };
  }

  // ---- book-keeping ------------------------------------------------------------------------------

  #advance(atMs: number): number {
    const nowMs = this.#time.advance(atMs);
    this.#startedAtMs ??= nowMs;
    return nowMs;
  }

  #indexOf(receiverId: string): number {
    const known = this.#receiverIndex.get(receiverId);
    if (known !== undefined) return known;
    if (this.#receiverIds.length >= this.#delays.maxReceivers) return -1;
    const index = this.#receiverIds.length;
    this.#receiverIds.push(receiverId);
    this.#receiverIndex.set(receiverId, index);
    this.#inLane[index] = false;
    this.#receiverHeardAtMs[index] = 0;
    this.#receiverDown[index] = false;
    this.#showsStillness[index] = false;
    return index;
  }

  #newTrack(code: BeaconCode, nowMs: number): Track {
    const track: Track = {
      code,
      state: 'tentative',
      laneId: null,
      candidates: [],
      firstHeardAtMs: nowMs,
      arrivedAtMs: null,
      lastHeardAtMs: nowMs,
      hearings: 0,
      levels: [],
      inLaneSinceMs: null,
      evidence: 0,
      summedAtMs: nowMs,
      leavingSinceMs: null,
      movingSinceMs: null,
      movingTo: '',
      stayDbm: null,
      why: { rule: 'first-hearing', sinceMs: nowMs, marginDb: null },
    };
    this.#tracks.set(code, track);
    this.#byState.tentative.add(track);
    return track;
  }

  #forgetStay(track: Track, sinceMs: number): void {
    track.firstHeardAtMs = sinceMs;
    track.arrivedAtMs = null;
    track.laneId = null;
    track.candidates = [];
    track.stayDbm = null;
  }

  #forget(track: Track): void {
    this.#tracks.delete(track.code);
    this.#byState[track.state].delete(track);
  }

  /** Strangers push out the oldest tentative code, then departed, then approaching; never a car that arrived. */
  #makeRoom(changes: PresenceChange[]): boolean {
    if (this.#tracks.size < this.#delays.maxCodes) return true;
    for (const state of ['tentative', 'departed', 'approaching'] as const) {
      for (const oldest of this.#byState[state]) {
        if (state !== 'departed') {
          this.#depart(oldest, 'evicted', oldest.lastHeardAtMs, this.#time.nowMs, changes);
        }
        this.#forget(oldest);
        this.#evicted += 1;
        return true;
      }
    }
    this.#refused += 1;
    return false;
  }
}
