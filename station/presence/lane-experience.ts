/**
 * What the lanes have learned from the cars so far, for as long as the engine lives, and how it is carried to
 * the next one.
 *
 *   fell silent in a lane, heard there again a minute later or more ─▶ its signature (lane-signature.ts)
 *   gathered evidence for a lane and went on                        ─▶ who passes it (passing.ts)
 *   learned() ─▶ kept by the station over restarts and changes of its lanes ─▶ recall()
 */
import type { PresenceDelays } from './delays.ts';
import {
  bestFit,
  type IndexedLane,
  judgeLanes,
  type LaneEvidence,
  laneLevel,
  lanesNear,
  tellingDb,
} from './lane-evidence.ts';
import { isLearned, learn, standingLevels, tells, unlearn } from './lane-signature.ts';
import type { LearnedPresence } from './learned.ts';
import { passed } from './passing.ts';
import type { ReceiverTable } from './receiver-table.ts';
import { pooledJitter } from './smoothed-level.ts';
import type { Track } from './track.ts';

/** Walks remembered by a lane, so that none teaches it twice. */
const keptLessons = 20;

export class LaneExperience {
  readonly #lanes: readonly IndexedLane[];
  readonly #receivers: ReceiverTable;
  readonly #delays: PresenceDelays;
  /** Mean jitter of cars that stood, as they fell silent, dB; null = none did yet. */
  #standJitterDb: number | null = null;

  constructor(lanes: readonly IndexedLane[], receivers: ReceiverTable, delays: PresenceDelays) {
    this.#lanes = lanes;
    this.#receivers = receivers;
    this.#delays = delays;
  }

  /** Standing cars freeze on this site's radio: they are surely told from those that move. */
  get freezes(): boolean {
    return this.#standJitterDb !== null && this.#standJitterDb < this.#delays.freezesDb;
  }

  /** They do not, as far as is known: what looks like standing is chance. */
  get neverFreezes(): boolean {
    return this.#standJitterDb !== null && !this.freezes;
  }

  /** The car was silent and is heard again: this is what one looks like that stands in its lane. Before the new hearing counts. */
  stood(track: Track, nowMs: number): void {
    const d = this.#delays;
    const heardAtMs = track.lastHeardAtMs;
    if (nowMs - heardAtMs < d.stoodMs) return;
    const then = judgeLanes(this.#lanes, this.#receivers.inLane, track.levels, heardAtMs, d);
    if (then.falling || then.marginDb === null || then.marginDb < d.enterMarginDb) return;
    const { jitterDb } = pooledJitter(track.levels, heardAtMs, d);
    if (jitterDb !== null) {
      this.#standJitterDb ??= jitterDb;
      this.#standJitterDb += 0.1 * (jitterDb - this.#standJitterDb);
    }
    if (track.seen?.taughtDbm) return;
    const levelsDbm = this.#standingLevels(track);
    for (const { lane, share } of this.#stoodIn(track, heardAtMs)) learn(lane.signature, share, levelsDbm, d);
  }

  /**
   * In which lane it stood: the named one; once all of those it may have been in know their cars, each as likely
   * as it fits. (Only what was named would teach a lane but its clearest cars, and two neighbours a wrong border.)
   */
  #stoodIn(track: Track, heardAtMs: number): { lane: IndexedLane; share: number }[] {
    const d = this.#delays;
    const near = lanesNear(this.#lanes, track.levels, heardAtMs, d);
    if (!near.every(({ signature }) => tells(signature, d))) {
      const lane = this.#lanes.find(({ laneId }) => laneId === track.laneId);
      return lane === undefined ? [] : [{ lane, share: 1 }];
    }
    const scores = tellingDb(near, track.levels, heardAtMs, d);
    const best = Math.max(...scores);
    const likely = near.map((lane, index) => ({
      lane,
      weight: 10 ** (((scores[index] ?? Number.NEGATIVE_INFINITY) - best) / 10),
    }));
    const sum = likely.reduce((total, { weight }) => total + weight, 0);
    return likely
      .map(({ lane, weight }) => ({ lane, share: Math.round((100 * weight) / sum) / 100 }))
      .filter(({ share }) => share > 0);
  }

  /**
   * Somebody sees it stand in this lane. One car teaches once, as soon as its levels are those of a car that stands,
   * and only what its lane can have heard; when it was another lane after all, the first is rid of it again.
   */
  seenIn(track: Track, laneId: string): void {
    if (track.seen?.laneId === laneId) return;
    const was = track.seen;
    const before = this.#lanes.find((lane) => lane.laneId === was?.laneId);
    if (was?.taughtDbm && before !== undefined) unlearn(before.signature, was.taughtDbm, this.#delays);
    track.seen = { laneId, taughtDbm: null };
    this.learnSeen(track);
  }

  /** Once its levels can be trusted. */
  learnSeen(track: Track): void {
    const d = this.#delays;
    const { seen, lastHeardAtMs: heardAtMs } = track;
    if (seen === null || seen.taughtDbm !== null || track.leavingSinceMs !== null) return;
    if (track.state !== 'arrived' && track.state !== 'parked') return;
    const stoodMs = heardAtMs - (track.arrivedAtMs ?? heardAtMs);
    if (stoodMs < d.seenStandsMs && track.state === 'arrived') return;
    const near = lanesNear(this.#lanes, track.levels, heardAtMs, d);
    const lane = near.find(({ laneId }) => laneId === seen.laneId);
    if (lane === undefined) return;
    const evidence = judgeLanes(this.#lanes, this.#receivers.inLane, track.levels, heardAtMs, d);
    if (evidence.falling || evidence.rising) return;
    seen.taughtDbm = this.#standingLevels(track);
    this.#teach(lane, seen.taughtDbm);
  }

  /**
   * The installer stood in this lane and heard this at its receivers; those that heard nothing are not named.
   *
   * @param levels by receiver id, dBm
   * @param lesson the name of that walk: it teaches a lane once
   */
  teach(laneId: string, levels: Readonly<Record<string, number>>, lesson: string): void {
    const lane = this.#lanes.find((one) => one.laneId === laneId);
    if (lane === undefined || lane.lessons.includes(lesson)) return;
    lane.lessons = [...lane.lessons, lesson].slice(-keptLessons);
    this.#teach(
      lane,
      this.#receivers.ids.map((id) => levels[id] ?? this.#delays.silentDbm),
    );
  }

  #teach({ signature }: IndexedLane, levelsDbm: readonly number[]): void {
    learn(signature, 1, levelsDbm, this.#delays);
    signature.seen += 1;
  }

  #standingLevels(track: Track): number[] {
    const { ids } = this.#receivers;
    return standingLevels(track.levels, ids.length, track.lastHeardAtMs, this.#delays);
  }

  /** Evidence was added: a car that goes on from a lane that it gathered some for has passed it. */
  gathered(track: Track, evidence: LaneEvidence, nowMs: number): void {
    const d = this.#delays;
    const was = this.#lanes[track.evidenceLane];
    if (was === undefined) {
      if (track.evidence > 0) track.evidenceLane = evidence.lane;
      return;
    }
    if (track.evidence <= 0) {
      passed(was.pass, false, d);
      track.evidenceLane = -1;
    } else if (evidence.lane !== track.evidenceLane && evidence.lane >= 0) {
      if (evidence.laneDbm - laneLevel(was, track.levels, nowMs, d) < d.passedDb) return;
      passed(was.pass, false, d);
      track.evidenceLane = evidence.lane;
    }
  }

  /** It moved so soon after its arrival, and the first lane hears it much less than before: it had only passed that. */
  wentOn(track: Track, laneIds: readonly string[], nowMs: number): void {
    const d = this.#delays;
    // Where somebody saw it was before: what that lane learned of it stays.
    if (track.seen !== null && !laneIds.includes(track.seen.laneId)) track.seen = null;
    const first = this.#lanes[track.evidenceLane];
    track.evidenceLane = -1;
    if (first === undefined || track.arrivedAtMs === null || nowMs - track.arrivedAtMs > d.passedWithinMs)
      return;
    const sunkDb = (track.stayDbm ?? d.silentDbm) - laneLevel(first, track.levels, nowMs, d);
    if (sunkDb >= d.leaveDropDb) passed(first.pass, true, d);
  }

  /** How much more evidence than usual the best lane asks for, dB·s. */
  askedMore(evidence: LaneEvidence): number {
    return evidence.fitDb === null ? 0 : (this.#lanes[evidence.lane]?.pass.evidence ?? 0);
  }

  /** All lanes know their own cars, and this one is like none of them. */
  fitsNowhere(track: Track, nowMs: number): boolean {
    if (!this.#lanes.every(({ signature }) => isLearned(signature, this.#delays))) return false;
    return bestFit(this.#lanes, track.levels, nowMs, this.#delays) <= -this.#delays.leaveUnfitDb;
  }

  learned(): LearnedPresence {
    const { ids, showsStillness } = this.#receivers;
    return {
      standJitterDb: this.#standJitterDb === null ? null : Math.round(this.#standJitterDb * 100) / 100,
      stillReceivers: ids.filter((_, index) => showsStillness[index]),
      lanes: this.#lanes
        .filter(({ signature, pass }) => signature.stays > 0 || pass.calls > 0)
        .map((lane) => ({
          laneId: lane.laneId,
          receivers: ownReceivers(lane, ids),
          stays: Math.round(lane.signature.stays * 100) / 100,
          seen: lane.signature.seen,
          lessons: [...lane.lessons],
          meanDbm: Object.fromEntries(
            lane.signature.meanDbm.flatMap((dbm, index) => {
              const id = ids[index];
              return id === undefined || Number.isNaN(dbm) ? [] : [[id, Math.round(dbm * 100) / 100]];
            }),
          ),
          passCalls: lane.pass.calls,
          passEvidence: Math.round(lane.pass.evidence * 100) / 100,
        })),
    };
  }

  /**
   * Goes on from what an earlier engine had learned. A lane that is heard by other receivers now begins anew;
   * receivers that are gone, or new, are left out until they have been learned.
   *
   * @param known the receivers that exist now
   */
  recall(learned: LearnedPresence, known: (receiverId: string) => boolean): void {
    this.#standJitterDb = learned.standJitterDb;
    for (const receiverId of learned.stillReceivers) {
      const index = known(receiverId) ? this.#receivers.indexOf(receiverId) : -1;
      if (index >= 0) this.#receivers.showsStillness[index] = true;
    }
    for (const kept of learned.lanes) {
      const lane = this.#lanes.find(({ laneId }) => laneId === kept.laneId);
      if (lane === undefined) continue;
      if (ownReceivers(lane, this.#receivers.ids).join('\n') !== kept.receivers.join('\n')) continue;
      const meanDbm: number[] = [];
      for (const [receiverId, dbm] of Object.entries(kept.meanDbm)) {
        const index = known(receiverId) ? this.#receivers.indexOf(receiverId) : -1;
        if (index < 0) continue;
        while (meanDbm.length < index) meanDbm.push(Number.NaN);
        meanDbm[index] = dbm;
      }
      lane.signature.stays = kept.stays;
      lane.signature.seen = kept.seen ?? 0;
      lane.lessons = kept.lessons ?? [];
      lane.signature.meanDbm = meanDbm;
      lane.pass.calls = kept.passCalls;
      lane.pass.evidence = Math.min(this.#delays.passMaxEvidence, kept.passEvidence);
    }
  }
}

function ownReceivers(lane: IndexedLane, ids: readonly string[]): string[] {
  return lane.receivers.map(({ index }) => ids[index] ?? '').sort();
}
