/**
 * The judgement of presence: sightings and clock in, changes out. Pure: no timers, no I/O.
 *
 *   Sighting ─▶ smoothed level per receiver ─▶ lane evidence ─▶ state machine ─▶ PresenceChange
 *
 *            first hearing          heard again           enough evidence for a lane
 *   (none) ───────────────▶ tentative ────────▶ approaching ───────────────▶ arrived(lane) ◀─┐ moved lane,
 *                              │                  │    └── fell silent in lane ──▶ │  ▲ └────┘ lane narrowed
 *                silent 20 s   │    drove by or   │                 silent 10 s    │  │ heard again:
 *                              │    silent 60 s   │                                ▼  │ the same stay
 *                              ▼                  ▼                               parked
 *                           departed ◀────────────┴── heard leaving, heard elsewhere, or 6 h ──┘
 *
 * Silence alone never turns arrived or parked into departed: the engine is off while fuel is pumped
 * and the jack falls silent with it.
 *
 * One track is one car. A code nobody knows is a car of its own; once `sameCar` says whose codes they are,
 * all codes of a rotating jack feed one track (same-car.ts).
 */

import type { BeaconCode } from '../../shared/domain/index.ts';
import { addEvidence, type Seen } from './arrival-evidence.ts';
import { noteMotion, wasThereAtStart } from './coming.ts';
import { type PresenceDelays, presenceDelays } from './delays.ts';
import { judgeApproachingSilence, stoodThere } from './fell-silent.ts';
import { type IndexedLane, indexLanes, judgeLanes, type LaneEvidence, likelyLanes } from './lane-evidence.ts';
import { LaneExperience } from './lane-experience.ts';
import type { LearnedPresence } from './learned.ts';
import { isLeaving, ownLevels, rememberStay } from './leaving.ts';
import { MonotonicTime } from './monotonic-time.ts';
import { judgeMove } from './moved-lane.ts';
import { heldToStay, noteStay, ownReceivers, swungFromStay } from './own-stay.ts';
import { ReceiverTable } from './receiver-table.ts';
import { restoreStay, stayOf } from './restored-stay.ts';
import { joinHearings, takeJudgement, whoseStay } from './same-car.ts';
import { hear, motionShows, stillness } from './smoothed-level.ts';
import { noteReading } from './standing.ts';
import { beginStay, clearEvidence, codeOf, heardBy, levelAt, report, settleIn, type Track } from './track.ts';
import { TrackStore } from './track-store.ts';
import type {
  PresenceChange,
  PresenceRule,
  PresenceSettings,
  PresenceSnapshot,
  PresenceState,
  RestoredPresence,
  Sighting,
} from './types.ts';

export class PresenceEngine {
  readonly #delays: PresenceDelays;
  readonly #lanes: IndexedLane[];
  readonly #time: MonotonicTime;
  readonly #receivers: ReceiverTable;
  readonly #tracks: TrackStore;
  readonly #experience: LaneExperience;
  #startedAtMs: number | null = null;
  #evicted = 0;
  #refused = 0;

  constructor(settings: PresenceSettings) {
    this.#delays = { ...presenceDelays, ...settings.tuning };
    this.#time = new MonotonicTime(this.#delays.clockStepMs);
    this.#receivers = new ReceiverTable(this.#delays);
    this.#tracks = new TrackStore(this.#delays.maxCodes);
    this.#lanes = indexLanes(settings.lanes, (receiverId) => {
      const index = this.#receivers.indexOf(receiverId);
      this.#receivers.inLane[index] = true;
      return index;
    });
    this.#experience = new LaneExperience(this.#lanes, this.#receivers, this.#delays);
  }

  /** Takes in one hearing. Late stamps are taken as now; a receiver beyond the limit is not listened to. */
  sighting(sighting: Sighting): PresenceChange[] {
    const nowMs = this.#advance(sighting.atMs);
    const index = this.#receivers.indexOf(sighting.receiverId);
    if (index < 0) return [];
    this.#receivers.heard(index, nowMs);
    const changes: PresenceChange[] = [];
    let track = this.#tracks.get(sighting.code);
    if (track === undefined) {
      if (!this.#makeRoom(nowMs, changes)) return changes;
      track = this.#tracks.add(sighting.code, nowMs);
    }
    if (track.state === 'parked') this.#experience.stood(track, nowMs);
    const gapMs = nowMs - track.lastHeardAtMs;
    track.hearings += 1;
    track.lastHeardAtMs = nowMs;
    const level = levelAt(track, index);
    hear(level, Number.isFinite(sighting.rssiDbm) ? sighting.rssiDbm : null, nowMs, this.#delays);
    noteMotion(track, level, gapMs, nowMs, this.#delays);
    if (level.run >= this.#delays.cameHearings && level.gapMs < track.shortestGapMs) {
      track.shortestGapMs = level.gapMs;
    }
    noteReading(track, level, index, this.#receivers, nowMs, this.#delays);
    this.#judgeHearing(track, nowMs, changes);
    return changes;
  }

  /** Takes in the time, about once a second: everything that silence decides. */
  tick(atMs: number): PresenceChange[] {
    const nowMs = this.#advance(atMs);
    const changes: PresenceChange[] = [];
    for (const track of this.#tracks.values()) {
      this.#judgeSilence(track, nowMs, changes);
      if (track.seen !== null) this.#experience.learnSeen(track);
    }
    return changes;
  }

  /** The wall clock was corrected; no time passed by it, and what is reported from now on is on the corrected clock. */
  clockCorrected(byMs: number): void {
    this.#time.corrected(byMs);
  }

  /** The supervisor knows better than silence: while a receiver is down its cars are not judged by it. */
  receiverDown(receiverId: string): void {
    this.#receivers.setDown(receiverId, true);
  }

  receiverUp(receiverId: string): void {
    this.#receivers.setDown(receiverId, false);
  }

  /**
   * This code is that car's, by the expected list or the server's answer. Were other codes of the same car
   * heard before, their track and this code's become one, which goes on under the newest code; the former
   * code is reported as departed by the rule `code-changed`. Says nothing when there was nothing to join.
   *
   * @param carKey the same for all codes of a jack, say its id
   */
  sameCar(code: BeaconCode, carKey: string, atMs: number): PresenceChange[] {
    const track = this.#tracks.get(code);
    if (track === undefined || track.carKey !== null) return [];
    const other = this.#tracks.ofCar(carKey);
    if (other === undefined) {
      this.#tracks.setCar(track, carKey);
      return [];
    }
    const changes: PresenceChange[] = [];
    const [older, newer] = other.firstHeardAtMs <= track.firstHeardAtMs ? [other, track] : [track, other];
    this.#join(older, newer, carKey, this.#advance(atMs), changes);
    return changes;
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
      if (this.#tracks.has(stay.code) || this.#tracks.full) continue;
      const track = this.#tracks.add(stay.code, nowMs);
      restoreStay(track, stay, nowMs, (wallMs) => this.#time.fromWall(wallMs));
      this.#tracks.setState(track, stay.state);
      if (stay.carKey !== undefined && this.#tracks.ofCar(stay.carKey) === undefined) {
        this.#tracks.setCar(track, stay.carKey);
      }
    }
  }

  /** The cars that are here, for `restore` of another engine. */
  stays(): RestoredPresence[] {
    const { present } = this.snapshot();
    return present.flatMap((change) => stayOf(change, this.#tracks.get(change.code)?.carKey ?? null));
  }

  /** A person sees this car stand in this lane: the lane learns from it. @returns false: nobody knows this code */
  stoodIn(code: BeaconCode, laneId: string): boolean {
    const track = this.#tracks.get(code);
    if (track !== undefined) this.#experience.seenIn(track, laneId);
    return track !== undefined;
  }

  /** A walk test stood in this lane (LaneExperience.teach). */
  teach(laneId: string, levels: Readonly<Record<string, number>>, lesson: string): void {
    this.#experience.teach(laneId, levels, lesson);
  }

  /** For `recall` of another engine. */
  learned(): LearnedPresence {
    return this.#experience.learned();
  }

  /** @param receiverIds those that exist now */
  recall(learned: LearnedPresence, receiverIds: readonly string[]): void {
    this.#experience.recall(learned, (receiverId) => receiverIds.includes(receiverId));
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

  // ---- a hearing ---------------------------------------------------------------------------------

  #judgeHearing(track: Track, nowMs: number, changes: PresenceChange[]): void {
    if (track.hearings === 1) this.#change(track, 'tentative', 'first-hearing', nowMs, nowMs, changes);
    const evidence = judgeLanes(this.#lanes, this.#receivers.inLane, track.levels, nowMs, this.#delays);
    track.why.marginDb = evidence.marginDb;
    switch (track.state) {
      case 'tentative':
        if (track.hearings < this.#delays.approachHearings) return;
        this.#change(track, 'approaching', 'heard-repeatedly', track.firstHeardAtMs, nowMs, changes);
        this.#judgeEntering(track, evidence, nowMs, changes);
        return;
      case 'approaching':
        if (track.why.rule === 'silent-not-gone') {
          this.#change(track, 'approaching', 'heard-again', nowMs, nowMs, changes);
        }
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
    const { enough, still, motionShows: shows } = this.#sum(track, evidence, nowMs);
    const stood = stoodThere(track, evidence, this.#delays);
    if (enough && !stood) {
      const rule = evidence.rule ?? 'stronger-in-lane';
      this.#arrive(track, rule, track.inLaneSinceMs ?? nowMs, evidence.laneDbm, nowMs, changes);
      return;
    }
    if (stood || !evidence.lingering || (shows && still <= 0)) {
      track.lingeringSinceMs = null;
      return;
    }
    track.lingeringSinceMs ??= nowMs;
    if (nowMs - track.lingeringSinceMs < this.#delays.lingerMs) return;
    this.#arrive(track, 'lingering', track.lingeringSinceMs, evidence.laneDbm, nowMs, changes);
  }

  /** Adds what this hearing says to the evidence. */
  #sum(track: Track, evidence: LaneEvidence, nowMs: number): Seen & { enough: boolean } {
    const shows = motionShows(track.levels, this.#receivers.showsStillness, nowMs, this.#delays);
    const dimly = evidence.fitDb !== null && !this.#experience.freezes;
    const still = shows || dimly ? stillness(track.levels, nowMs, this.#delays, dimly) : 0;
    const asked = this.#experience.askedMore(evidence);
    const held = heldToStay(track, this.#lanes, evidence, this.#receivers, nowMs, this.#delays);
    const freezes =
      shows &&
      !this.#experience.neverFreezes &&
      (still > 0 || stillness(track.levels, nowMs, this.#delays, false, true) > 0);
    const seen: Seen = { still, freezes, motionShows: shows };
    const enough = addEvidence(track, evidence, seen, dimly, asked, held, nowMs, this.#delays);
    this.#experience.gathered(track, evidence, nowMs);
    return { ...seen, enough };
  }

  #judgeStaying(track: Track, evidence: LaneEvidence, nowMs: number, changes: PresenceChange[]): void {
    const own = ownLevels(this.#lanes, track, nowMs, this.#delays);
    rememberStay(track, own, evidence);
    const leaving = isLeaving(
      track,
      evidence,
      own,
      this.#delays,
      () => this.#areLost(ownReceivers(this.#lanes, track.candidates), track, nowMs),
      () => this.#experience.fitsNowhere(track, nowMs),
      () => swungFromStay(track, this.#lanes, evidence, this.#receivers, nowMs, this.#delays),
    );
    if (leaving === 'no') {
      noteStay(track, this.#lanes, this.#receivers, nowMs, this.#delays);
      track.leavingSinceMs = null;
    } else {
      track.leavingSinceMs ??= nowMs;
      if (leaving === 'heard' && nowMs - track.leavingSinceMs >= this.#delays.leaveDwellMs) {
        this.#depart(track, 'heard-leaving', track.leavingSinceMs, nowMs, changes);
        return;
      }
    }
    this.#judgeMove(track, evidence, nowMs, changes);
  }

  #judgeMove(track: Track, evidence: LaneEvidence, nowMs: number, changes: PresenceChange[]): void {
    const move = judgeMove(track, evidence, this.#lanes, nowMs, this.#delays);
    if (move === null) return;
    if (!move.narrower) this.#experience.wentOn(track, move.laneIds, nowMs);
    settleIn(track, move.laneIds, evidence.laneDbm);
    this.#change(
      track,
      'arrived',
      move.narrower ? 'lane-narrowed' : 'moved-lane',
      move.sinceMs,
      nowMs,
      changes,
    );
  }

  /** A departed code is heard on for a while as it drives off; only a lane makes it a new stay. */
  #judgeReturn(track: Track, evidence: LaneEvidence, nowMs: number, changes: PresenceChange[]): void {
    if (!this.#sum(track, evidence, nowMs).enough || stoodThere(track, evidence, this.#delays)) return;
    const sinceMs = track.inLaneSinceMs ?? nowMs;
    beginStay(track, sinceMs);
    this.#change(track, 'tentative', 'first-hearing', sinceMs, nowMs, changes);
    this.#change(track, 'approaching', 'heard-again', sinceMs, nowMs, changes);
    this.#arrive(track, evidence.rule ?? 'stronger-in-lane', sinceMs, evidence.laneDbm, nowMs, changes);
  }

  // ---- one car, several codes --------------------------------------------------------------------

  #join(older: Track, newer: Track, carKey: string, nowMs: number, changes: PresenceChange[]): void {
    const was = { state: older.state, code: codeOf(older), lastHeardAtMs: older.lastHeardAtMs };
    const whose = whoseStay(older, newer);
    const goesOn = newer.state !== 'departed';
    this.#tracks.forget(newer);
    joinHearings(older, newer, this.#delays);
    if (whose === 'newer') {
      takeJudgement(older, newer);
      this.#tracks.setState(older, newer.state);
    }
    // It reports under the newer code, unless that has been told as departed already.
    const codes = goesOn ? [...older.codes, ...newer.codes] : [...newer.codes, ...older.codes];
    this.#tracks.setCodes(older, codes.slice(-this.#delays.maxCodesOfACar));
    this.#tracks.setCar(older, carKey);
    if (whose === 'left') this.#depart(older, 'heard-leaving', newer.why.sinceMs, nowMs, changes);
    if (!goesOn) return;
    if (was.state === 'departed') {
      // The last words of a car that drives off: this code of it comes to nothing.
      if (older.state === 'departed') changes.push(this.#codeGone(older, codeOf(older), nowMs));
      return;
    }
    if (was.state === 'parked' && whose === 'older' && older.lastHeardAtMs > was.lastHeardAtMs) {
      this.#change(older, 'arrived', 'heard-again', older.lastHeardAtMs, nowMs, changes);
    } else {
      changes.push(this.#report(older, nowMs));
    }
    changes.push({
      ...this.#codeGone(older, was.code, nowMs),
      lastHeardAtMs: this.#time.toWall(was.lastHeardAtMs),
    });
    if (older.state !== 'arrived') return;
    const heardAtMs = older.lastHeardAtMs;
    const evidence = judgeLanes(this.#lanes, this.#receivers.inLane, older.levels, heardAtMs, this.#delays);
    this.#judgeStaying(older, evidence, heardAtMs, changes);
  }

  #codeGone(track: Track, code: BeaconCode, nowMs: number): PresenceChange {
    const now = this.#report(track, nowMs);
    return { ...now, code, state: 'departed', why: { ...now.why, rule: 'code-changed' } };
  }

  // ---- silence -----------------------------------------------------------------------------------

  #judgeSilence(track: Track, nowMs: number, changes: PresenceChange[]): void {
    const d = this.#delays;
    const silentMs = nowMs - track.lastHeardAtMs;
    switch (track.state) {
      case 'tentative':
        if (silentMs < d.tentativeSilenceMs) return;
        this.#depart(track, 'never-heard-again', track.lastHeardAtMs, nowMs, changes);
        return;
      case 'approaching':
        this.#judgeApproachingSilence(track, silentMs, nowMs, changes);
        return;
      case 'arrived':
        if (silentMs < d.parkedAfterMs) return;
        if (track.leavingSinceMs === null) {
          this.#change(track, 'parked', 'silent-after-arrival', track.lastHeardAtMs, nowMs, changes);
        } else if (silentMs >= d.leaveSilenceMs) {
          this.#depart(track, 'fell-silent-leaving', track.leavingSinceMs, nowMs, changes);
        }
        return;
      case 'parked':
        if (silentMs < d.longTimeoutMs) return;
        this.#depart(track, 'long-timeout', track.lastHeardAtMs, nowMs, changes);
        return;
      case 'departed':
        if (silentMs >= d.departedMemoryMs) this.#tracks.forget(track);
        return;
    }
  }

  #judgeApproachingSilence(track: Track, silentMs: number, nowMs: number, changes: PresenceChange[]): void {
    const silence = judgeApproachingSilence(
      track,
      silentMs,
      this.#lanes,
      this.#receivers,
      this.#experience,
      this.#delays,
      () => this.#areLost(heardBy(track), track, nowMs),
    );
    switch (silence.means) {
      case 'arrived':
        this.#arrive(track, 'fell-silent-in-lane', silence.sinceMs, silence.laneDbm, nowMs, changes);
        return;
      case 'kept':
        this.#change(track, 'approaching', 'silent-not-gone', track.lastHeardAtMs, nowMs, changes);
        return;
      case 'departed':
        this.#depart(track, silence.rule, track.lastHeardAtMs, nowMs, changes);
        return;
      case 'wait':
        return;
    }
  }

  /** All of these receivers are lost. */
  #areLost(indexes: readonly number[], track: Track, nowMs: number): boolean {
    return this.#receivers.areLost(indexes, track, () => this.#tracks.values(), nowMs);
  }

  // ---- changing ----------------------------------------------------------------------------------

  #arrive(
    track: Track,
    rule: PresenceRule,
    sinceMs: number,
    laneDbm: number,
    nowMs: number,
    changes: PresenceChange[],
  ): void {
    const wasHere = wasThereAtStart(track, sinceMs, this.#startedAtMs ?? nowMs, this.#delays);
    // A car that fell silent is placed by what was heard last.
    const heardAtMs = track.lastHeardAtMs;
    const found = likelyLanes(this.#lanes, track.levels, heardAtMs, this.#delays, true);
    settleIn(track, found.laneIds, laneDbm);
    track.arrivedAtMs = nowMs;
    clearEvidence(track);
    this.#change(track, 'arrived', wasHere ? 'present-at-start' : rule, sinceMs, nowMs, changes);
  }

  #depart(track: Track, rule: PresenceRule, sinceMs: number, nowMs: number, changes: PresenceChange[]): void {
    clearEvidence(track);
    this.#change(track, 'departed', rule, sinceMs, nowMs, changes);
  }

  #change(
    track: Track,
    state: PresenceState,
    rule: PresenceRule,
    sinceMs: number,
    nowMs: number,
    changes: PresenceChange[],
  ): void {
    track.why.rule = rule;
    track.why.sinceMs = sinceMs;
    this.#tracks.setState(track, state);
    changes.push(this.#report(track, nowMs));
  }

  #report(track: Track, nowMs: number): PresenceChange {
    return report(track, this.#receivers.ids, nowMs, (engineMs) => this.#time.toWall(engineMs));
  }

  // ---- book-keeping ------------------------------------------------------------------------------

  #advance(atMs: number): number {
    const nowMs = this.#time.advance(atMs);
    this.#startedAtMs ??= nowMs;
    return nowMs;
  }

  #makeRoom(nowMs: number, changes: PresenceChange[]): boolean {
    if (!this.#tracks.full) return true;
    const oldest = this.#tracks.oldestToEvict();
    if (oldest === null) {
      this.#refused += 1;
      return false;
    }
    if (oldest.state !== 'departed') this.#depart(oldest, 'evicted', oldest.lastHeardAtMs, nowMs, changes);
    this.#tracks.forget(oldest);
    this.#evicted += 1;
    return true;
  }
}
