import type { PresenceDelays } from './delays.ts';
import type { Track } from './track.ts';

/** What the engine knows of its receivers, each under a small index. */
export class ReceiverTable {
  readonly #delays: PresenceDelays;
  readonly #indexes = new Map<string, number>();
  readonly ids: string[] = [];
  /** By index: some lane names this receiver. */
  readonly inLane: boolean[] = [];
  /** A standing car was seen to freeze here (smoothed-level.ts). */
  readonly showsStillness: boolean[] = [];
  readonly #heardAtMs: number[] = [];
  readonly #down: boolean[] = [];

  constructor(delays: PresenceDelays) {
    this.#delays = delays;
  }

  /** @returns −1 for a receiver beyond the limit, which is not listened to. */
  indexOf(receiverId: string): number {
    const known = this.#indexes.get(receiverId);
    if (known !== undefined) return known;
    if (this.ids.length >= this.#delays.maxReceivers) return -1;
    const index = this.ids.length;
    this.#indexes.set(receiverId, index);
    this.ids.push(receiverId);
    this.inLane.push(false);
    this.showsStillness.push(false);
    this.#heardAtMs.push(0);
    this.#down.push(false);
    return index;
  }

  heard(index: number, nowMs: number): void {
    this.#heardAtMs[index] = nowMs;
  }

  setDown(receiverId: string, down: boolean): void {
    const index = this.indexOf(receiverId);
    if (index >= 0) this.#down[index] = down;
  }

  /** All of these receivers are lost for this track. */
  areLost(indexes: readonly number[], track: Track, others: () => Iterable<Track>, nowMs: number): boolean {
    return indexes.every((index) => this.isLost(index, track, others(), nowMs));
  }

  /**
   * Is the receiver lost for this code? Said to be down, or silent for everybody: when it fell silent for
   * another code together with this one, it is the receiver that went, not the cars.
   */
  isLost(index: number, track: Track, others: Iterable<Track>, nowMs: number): boolean {
    if (this.#down[index]) return true;
    if (nowMs - (this.#heardAtMs[index] ?? 0) < this.#delays.receiverLostMs) return false;
    const lastHeardAtMs = track.levels[index]?.lastHeardAtMs ?? 0;
    for (const other of others) {
      const level = other === track ? undefined : other.levels[index];
      if (level && Math.abs(level.lastHeardAtMs - lastHeardAtMs) < this.#delays.receiverLostMs) return true;
    }
    return false;
  }
}
