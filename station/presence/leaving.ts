/**
 * Is an arrived car heard leaving? Silence never says so; levels do:
 *
 *   heard    the lane's level (or its advantage) fell and a receiver outside hears the car better now
 *   sinking  the level fell far away, with nothing better to compare with: departs only when silence follows
 */

import type { PresenceDelays } from './delays.ts';
import { type IndexedLane, type LaneEvidence, laneLevel, slowLaneLevel } from './lane-evidence.ts';
import type { Track } from './track.ts';

/** Levels of the lane that a car stands in: now, over the last seconds, and when last heard. */
export interface OwnLevels {
  dbm: number;
  slowDbm: number;
  lastDbm: number;
}

export function ownLevels(
  lanes: readonly IndexedLane[],
  track: Track,
  nowMs: number,
  delays: PresenceDelays,
): OwnLevels {
  const own = { dbm: delays.silentDbm, slowDbm: delays.silentDbm, lastDbm: delays.silentDbm };
  for (const lane of lanes) {
    if (!track.candidates.includes(lane.laneId)) continue;
    own.dbm = Math.max(own.dbm, laneLevel(lane, track.levels, nowMs, delays));
    own.slowDbm = Math.max(own.slowDbm, slowLaneLevel(lane, track.levels, nowMs, delays));
    for (const { index, offsetDb } of lane.receivers) {
      const level = track.levels[index];
      if (level?.hasLevel) own.lastDbm = Math.max(own.lastDbm, level.fastDbm + offsetDb);
    }
  }
  return own;
}

/** Keeps how well the lane heard the car at its best: leaving is judged against that. */
export function rememberStay(track: Track, own: OwnLevels, evidence: LaneEvidence): void {
  track.stayDbm = Math.max(track.stayDbm ?? own.dbm, own.dbm);
  track.slowStayDbm = Math.max(track.slowStayDbm ?? own.slowDbm, own.slowDbm);
  if (evidence.marginDb === null) return;
  track.stayMarginDb = Math.max(track.stayMarginDb ?? evidence.marginDb, evidence.marginDb);
}

/**
 * @param ownReceiversLost asked only when it matters: the lane's receivers themselves are gone
 * @param swungFromStay likewise: it sounds otherwise than it stood there (own-stay.ts)
 * @param fitsNowhere likewise: all lanes know their own cars, and this one is like none of them
 */
export function isLeaving(
  track: Track,
  evidence: LaneEvidence,
  own: OwnLevels,
  delays: PresenceDelays,
  ownReceiversLost: () => boolean,
  fitsNowhere: () => boolean,
  swungFromStay: () => boolean,
): 'no' | 'heard' | 'sinking' {
  const { stayDbm, slowStayDbm, stayMarginDb } = track;
  const { marginDb } = evidence;
  if (stayDbm === null || slowStayDbm === null) return 'no';
  const laneHears = own.dbm > delays.silentDbm;
  const fell = own.dbm <= stayDbm - delays.leaveDropDb;
  // A car that drives off is heard sinking before the lane hears it no more; a receiver that dies does not sink.
  const lastHeardSunk = own.lastDbm <= stayDbm - delays.leaveDropDb;
  const isLost = () => !lastHeardSunk && ownReceiversLost();
  if (marginDb !== null && stayMarginDb !== null && marginDb <= -delays.leaveMarginDb) {
    const swung = marginDb <= stayMarginDb - delays.leaveSwingDb;
    // A lane that hears nothing may be a lane whose receiver died: then the other must hear more than before.
    const outsideRoseDb = evidence.laneDbm - marginDb - (stayDbm - stayMarginDb);
    const believed = laneHears || lastHeardSunk || outsideRoseDb >= delays.leaveRiseDb;
    if ((fell || swung) && believed && !isLost()) return 'heard';
  }
  if (laneHears && swungFromStay() && !isLost()) return 'heard';
  // Like no car that stands in any lane, and its own hears it less: it drives.
  const nearOutside = marginDb !== null && marginDb <= delays.leaveUnfitMarginDb;
  if (fell && laneHears && nearOutside && fitsNowhere() && !isLost()) return 'heard';
  // Out of its own lane but clearly in another: it moved, or the first guess of the lane was wrong.
  if (evidence.clear && !evidence.belowExit) return 'no';
  if (!fell || isLost()) return 'no';
  if (evidence.belowExit) return 'sinking';
  const sank = laneHears ? own.slowDbm <= slowStayDbm - delays.leaveSinkDb : lastHeardSunk;
  return sank ? 'sinking' : 'no';
}

/** The last levels lay well below their peaks: the car was driving off as it fell silent. */
export function fellAway(track: Track, delays: PresenceDelays): boolean {
  let last = delays.silentDbm;
  let peak = delays.silentDbm;
  for (const level of track.levels) {
    if (!level?.hasLevel) continue;
    peak = Math.max(peak, level.peakDbm);
    if (track.lastHeardAtMs - level.lastLevelAtMs <= delays.staleMs) last = Math.max(last, level.fastDbm);
  }
  return peak - last >= delays.passedByDropDb;
}
