/**
 * A car is held to itself. Where it stands it sounds in one way; wherever else it goes it sounds otherwise, and should it
 * come back, like that again: it is the same jack in the same place of the same car, and what its metal and the
 * receivers take away is taken away again.
 *
 *   while it stands ─▶ its level at every receiver (Stay)
 *   later           ─▶ swing = what its lane's receiver sank by + what the receivers outside of lanes rose by
 *                        much, and hardly any margin left   it drives off, be it still heard best in its lane
 *                        (so does one that is seen to move, heard far better by those outside)
 *                        much, after it left                it stands elsewhere, unless by a full margin
 *                        hardly any, after it left          it stands there again, margin or not
 *   in another lane, after it left ─▶ it must be about as loud as it was where it stood: its jack is as strong
 */
import type { PresenceDelays } from './delays.ts';
import type { IndexedLane, LaneEvidence } from './lane-evidence.ts';
import type { ReceiverTable } from './receiver-table.ts';
import { motionShows, type SmoothedLevel, stillness } from './smoothed-level.ts';
import type { Stay, Track } from './track.ts';

/** What its own stay says of a car that comes back; see {@link heldToStay}. */
export interface Held {
  /** How far above what is asked of it, dB; < 0 = it stands elsewhere. */
  aboveDb: number;
  /** How much it sounds as it did there, dB; < 0 = it does not. */
  againDb: number;
}

/** A car that did not stand there before. */
export const notHeld: Held = { aboveDb: Number.POSITIVE_INFINITY, againDb: Number.NEGATIVE_INFINITY };

interface Swing {
  sankDb: number;
  roseDb: number;
  db: number;
}

/** The receivers of these lanes. */
export function ownReceivers(lanes: readonly IndexedLane[], laneIds: readonly string[]): number[] {
  const own = lanes.filter((lane) => laneIds.includes(lane.laneId));
  return own.flatMap((lane) => lane.receivers.map(({ index }) => index));
}

/** An arrived car that is not heard leaving: how it sounds goes into its stay. */
export function noteStay(
  track: Track,
  lanes: readonly IndexedLane[],
  receivers: ReceiverTable,
  nowMs: number,
  delays: PresenceDelays,
): void {
  const { stay } = track;
  // Another lane, or fewer of them, is another stay.
  if (stay === null || stay.laneIds !== track.candidates) {
    const levelsDbm = Array.from(track.levels, (level) => levelNow(level, nowMs, delays));
    track.stay = { laneIds: track.candidates, levelsDbm, notedAtMs: nowMs };
    return;
  }
  const gapMs = nowMs - stay.notedAtMs;
  if (gapMs < delays.stayNotedMs) return;
  if (isSeenMoving(track, receivers, nowMs, delays)) return;
  stay.notedAtMs = nowMs;
  const swing = swingOf(stay, track, ownReceivers(lanes, track.candidates), receivers, nowMs, delays);
  // One that sounds otherwise may be driving off by now.
  const asItWas = swing === null || swing.db <= delays.staySwingDb;
  const share = (tauMs: number) => 1 - Math.exp(-gapMs / tauMs);
  const usual = share(asItWas ? delays.stayMeanMs : delays.stayShadeMs);
  const shaded = share(delays.stayShadeMs);
  for (let index = 0; index < track.levels.length; index++) {
    const before = stay.levelsDbm[index] ?? delays.silentDbm;
    const by = levelNow(track.levels[index], nowMs, delays) - before;
    // A door that closes behind a car takes the receivers outside away and gives them back: that is no motion.
    stay.levelsDbm[index] = before + by * (by < 0 && !receivers.inLane[index] ? shaded : usual);
  }
}

/** A car that left (`why` says since when) and is still heard: what its stay says of the lane that hears it best now. */
export function heldToStay(
  track: Track,
  lanes: readonly IndexedLane[],
  evidence: LaneEvidence,
  receivers: ReceiverTable,
  nowMs: number,
  delays: PresenceDelays,
): Held {
  const { stay } = track;
  const lane = lanes[evidence.lane];
  if (stay === null || lane === undefined) return notHeld;
  // One that goes on standing there a minute later may have turned round, or found another kind of lane.
  const inTime = nowMs - track.why.sinceMs <= delays.heldMs;
  if (!stay.laneIds.includes(lane.laneId)) {
    // Its jack is as strong as it was: so much weaker, no lane's receiver has it close by.
    const stoodDbm = loudest(ownReceivers(lanes, stay.laneIds), (index) => stay.levelsDbm[index], delays);
    const askedDbm = Math.min(delays.stoodFloorDbm, stoodDbm - delays.otherLaneDb);
    return inTime ? { ...notHeld, aboveDb: evidence.laneDbm - askedDbm } : notHeld;
  }
  const own = lane.receivers.map(({ index }) => index);
  const swing = swingOf(stay, track, own, receivers, nowMs, delays);
  if (swing === null || evidence.marginDb === null) return notHeld;
  const sinkDb = delays.elsewhereSankDb - swing.sankDb;
  const riseDb = delays.elsewhereRoseDb - swing.roseDb;
  const underDb = Math.min(
    Math.max(delays.elsewhereDb - swing.db, sinkDb),
    delays.elsewhereFarDb - swing.db,
    riseDb,
  );
  const aboveDb = underDb >= 0 ? underDb : evidence.marginDb - delays.elsewhereMarginDb + underDb;
  return {
    aboveDb: inTime ? aboveDb : notHeld.aboveDb,
    againDb: Math.min(delays.againDb - swing.db, sinkDb, riseDb, evidence.marginDb - delays.againMarginDb),
  };
}

/**
 * An arrived car's own lane still hears it best, but hardly, and all receivers hear it otherwise than it stood there: it
 * drives off. (Better in another lane it moved there: moved-lane.ts.)
 */
export function swungFromStay(
  track: Track,
  lanes: readonly IndexedLane[],
  evidence: LaneEvidence,
  receivers: ReceiverTable,
  nowMs: number,
  delays: PresenceDelays,
): boolean {
  const { stay } = track;
  const laneId = lanes[evidence.lane]?.laneId;
  const { marginDb } = evidence;
  const own = stay !== null && laneId !== undefined && track.candidates.includes(laneId);
  const hardly = marginDb !== null && marginDb <= delays.leaveStayMarginDb;
  const swing =
    own && hardly
      ? swingOf(stay, track, ownReceivers(lanes, track.candidates), receivers, nowMs, delays)
      : null;
  if (swing === null || marginDb === null) {
    track.drivesOutSinceMs = null;
    return false;
  }
  // Its lane may hear it outside as well as it did inside; a door that opens sounds like that too, but nothing moves.
  const fellDb = (track.stayMarginDb ?? marginDb) - marginDb;
  const drives = swing.roseDb >= delays.droveRoseDb && fellDb >= delays.droveMarginDb;
  if (drives && isSeenMoving(track, receivers, nowMs, delays)) track.drivesOutSinceMs ??= nowMs;
  else track.drivesOutSinceMs = null;
  const sank = swing.sankDb >= delays.leaveStaySankDb && swing.roseDb >= delays.leaveStayRoseDb;
  if (sank && swing.db >= delays.leaveStaySwingDb) return true;
  return track.drivesOutSinceMs !== null && nowMs - track.drivesOutSinceMs >= delays.droveMs;
}

/** A receiver hears it that shows whether cars stand, and this one does not. */
function isSeenMoving(
  track: Track,
  receivers: ReceiverTable,
  nowMs: number,
  delays: PresenceDelays,
): boolean {
  const shows = motionShows(track.levels, receivers.showsStillness, nowMs, delays);
  return shows && stillness(track.levels, nowMs, delays) < delays.stayStill;
}

/** @returns null where no receiver outside of lanes has heard the car */
function swingOf(
  stay: Stay,
  track: Track,
  own: readonly number[],
  receivers: ReceiverTable,
  nowMs: number,
  delays: PresenceDelays,
): Swing | null {
  const nowDbm = loudest(own, (index) => levelNow(track.levels[index], nowMs, delays), delays);
  const thenDbm = loudest(own, (index) => stay.levelsDbm[index], delays);
  let rose = 0;
  let count = 0;
  for (let index = 0; index < track.levels.length; index++) {
    if (receivers.inLane[index] || track.levels[index] === undefined) continue;
    rose += levelNow(track.levels[index], nowMs, delays) - (stay.levelsDbm[index] ?? delays.silentDbm);
    count += 1;
  }
  if (count === 0) return null;
  const sankDb = thenDbm - nowDbm;
  const roseDb = rose / count;
  return { sankDb, roseDb, db: sankDb + roseDb };
}

function loudest(
  indexes: readonly number[],
  dbm: (index: number) => number | undefined,
  delays: PresenceDelays,
): number {
  return indexes.reduce((best, index) => Math.max(best, dbm(index) ?? delays.silentDbm), delays.silentDbm);
}

function levelNow(level: SmoothedLevel | undefined, nowMs: number, delays: PresenceDelays): number {
  if (!level?.hasLevel || nowMs - level.lastLevelAtMs > delays.staleMs) return delays.silentDbm;
  return level.fastDbm;
}
