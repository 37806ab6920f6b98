import type { BeaconCode } from '../../shared/domain/index.ts';
import { newTrack, type Track } from './track.ts';
import type { PresenceState } from './types.ts';

/**
 * The tracks, never more than a limit. Strangers push out the oldest tentative code, then a departed one,
 * then an approaching one; never a car that arrived. What is pushed out first is found at once: the
 * tracks are kept by state as well, in the order in which they came into it.
 */
export class TrackStore {
  readonly #limit: number;
  readonly #tracks = new Map<BeaconCode, Track>();
  readonly #byState: Record<PresenceState, Set<Track>> = {
    tentative: new Set(),
    approaching: new Set(),
    arrived: new Set(),
    parked: new Set(),
    departed: new Set(),
  };

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#tracks.size;
  }

  get full(): boolean {
    return this.#tracks.size >= this.#limit;
  }

  get(code: BeaconCode): Track | undefined {
    return this.#tracks.get(code);
  }

  has(code: BeaconCode): boolean {
    return this.#tracks.has(code);
  }

  /** A track may be forgotten while they are gone through. */
  values(): IterableIterator<Track> {
    return this.#tracks.values();
  }

  add(code: BeaconCode, nowMs: number): Track {
    const track = newTrack(code, nowMs);
    this.#tracks.set(code, track);
    this.#byState[track.state].add(track);
    return track;
  }

  setState(track: Track, state: PresenceState): void {
    if (track.state === state) return;
    this.#byState[track.state].delete(track);
    track.state = state;
    this.#byState[state].add(track);
  }

  forget(track: Track): void {
    this.#tracks.delete(track.code);
    this.#byState[track.state].delete(track);
  }

  /** Whom strangers may push out next; null = only cars that arrived are left. */
  oldestToEvict(): Track | null {
    for (const state of ['tentative', 'departed', 'approaching'] as const) {
      for (const oldest of this.#byState[state]) return oldest;
    }
    return null;
  }
}
