/**
 * What a walk teaches the lanes: the installer's car surely stood in each lane that was tapped, and the report says
 * how every receiver heard it there. However often a lane was tapped, it was one car: one stay.
 */
import type { WalkReport } from '../../shared/station-contract/index.ts';

export interface Lesson {
  laneId: string;
  /** By receiver id, dBm; receivers that heard nothing are not named. */
  levels: Record<string, number>;
  /** Names the walk: a lane learns from it once. */
  lesson: string;
}

/** Fewer hearings in a lane than this say nothing: the tap came too early, or nobody hears that lane. */
export const fewHearings = 20;

export function lessonsOf({ testId, lanes }: Pick<WalkReport, 'testId' | 'lanes'>): Lesson[] {
  return lanes
    .filter(({ levels }) => levels.reduce((sum, { hearings }) => sum + hearings, 0) >= fewHearings)
    .map(({ laneId, levels }) => ({
      laneId,
      levels: Object.fromEntries(levels.map(({ receiverId, medianDbm }) => [receiverId, medianDbm])),
      lesson: testId,
    }));
}
