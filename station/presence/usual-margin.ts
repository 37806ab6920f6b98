/**
 * What a lane's own cars look like. Receivers differ by some dB from each other and stand nearer to or further
 * from the way past them, so that at one lane a car that passes reaches the margin of every site, and at
 * another only one that stands. A lane learns it from the cars that stood there and fell silent: the engine was
 * switched off, they did not pass. It may ask for more than everywhere, never for less.
 */
import type { PresenceDelays } from './delays.ts';
import type { IndexedLane } from './lane-evidence.ts';

/** How much one stay weighs, once a few are known. */
const share = 0.1;

export class UsualMargin {
  readonly #delays: PresenceDelays;
  readonly #lanes: ReadonlyMap<string, { lane: IndexedLane; stays: number; marginDb: number }>;

  constructor(lanes: readonly IndexedLane[], delays: PresenceDelays) {
    this.#delays = delays;
    this.#lanes = new Map(lanes.map((lane) => [lane.laneId, { lane, stays: 0, marginDb: 0 }]));
  }

  /** A car fell silent in this lane, whose margin there was this at its best; nothing is learned of unnamed lanes. */
  stood(laneId: string | null, marginDb: number | null): void {
    const usual = laneId === null ? undefined : this.#lanes.get(laneId);
    if (usual === undefined || marginDb === null) return;
    const { enterMarginDb, usualSlackDb, usualRaiseMaxDb, usualStays } = this.#delays;
    usual.stays += 1;
    usual.marginDb += (marginDb - usual.marginDb) * Math.max(share, 1 / usual.stays);
    if (usual.stays < usualStays) return;
    const raiseDb = usual.marginDb - usualSlackDb - enterMarginDb;
    usual.lane.raiseDb = Math.min(usualRaiseMaxDb, Math.max(0, raiseDb));
  }
}
