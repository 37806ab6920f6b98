import type { BeaconCode } from '../../shared/domain/index.ts';
import { newTrack, type Track } from './track.ts';
import type { PresenceState } from './types.ts';

/**
 * The tracks, never more than a limit, found by any of their codes and by their car.
 *
 *   code ──▶ ┌───────┐ ◀── car (once it is known whose code it is)
 *   code ──▶ │ track │      a rotating jack: many codes, one car, one track
 *            └───────┘
 *
 * Strangers push out the oldest tentative track, then a departed one, then an approaching one; never a car
 * that arrived. What is pushed out is found at once: the tracks hang in a chain per state, in the order in
 * which they came into it. (A Set would do but for its first entry: finding that steps over all that were
 * deleted before it.)
 */
export class TrackStore {
  readonly #limit: number;
  readonly #tracks = new Set<Track>();
  readonly #byCode = new Map<BeaconCode, Track>();
  readonly #byCar = new Map<string, Track>();
  readonly #byState: Record<PresenceState, Chain> = {
    tentative: new Chain(),
    approaching: new Chain(),
    arrived: new Chain(),
    parked: new Chain(),
    departed: new Chain(),
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
    return this.#byCode.get(code);
  }

  ofCar(carKey: string): Track | undefined {
    return this.#byCar.get(carKey);
  }

  has(code: BeaconCode): boolean {
    return this.#byCode.has(code);
  }

  /** A track may be forgotten while they are gone through. */
  values(): IterableIterator<Track> {
    return this.#tracks.values();
  }

  add(code: BeaconCode, nowMs: number): Track {
    const track = newTrack(code, nowMs);
    this.#tracks.add(track);
    this.#byCode.set(code, track);
    this.#byState[track.state].append(track);
    return track;
  }

  setState(track: Track, state: PresenceState): void {
    if (track.state === state) return;
    this.#byState[track.state].remove(track);
    track.state = state;
    this.#byState[state].append(track);
  }

  /** From now on all codes of this car lead to this track. */
  setCar(track: Track, carKey: string): void {
    track.carKey = carKey;
    this.#byCar.set(carKey, track);
  }

  /** The track is heard under these codes, the newest last; codes that it drops are strangers again. */
  setCodes(track: Track, codes: readonly BeaconCode[]): void {
    for (const code of track.codes) if (!codes.includes(code)) this.#byCode.delete(code);
    for (const code of codes) this.#byCode.set(code, track);
    track.codes = codes;
  }

  forget(track: Track): void {
    this.#tracks.delete(track);
    for (const code of track.codes) if (this.#byCode.get(code) === track) this.#byCode.delete(code);
    if (track.carKey !== null && this.#byCar.get(track.carKey) === track) this.#byCar.delete(track.carKey);
    this.#byState[track.state].remove(track);
  }

  /** Whom strangers may push out next; null = only cars that arrived are left. */
  oldestToEvict(): Track | null {
    const { tentative, departed, approaching } = this.#byState;
    return tentative.first ?? departed.first ?? approaching.first;
  }
}

/** A doubly linked list whose links lie in the tracks themselves. */
class Chain {
  first: Track | null = null;
  #last: Track | null = null;

  append(track: Track): void {
    track.before = this.#last;
    track.after = null;
    if (this.#last === null) this.first = track;
    else this.#last.after = track;
    this.#last = track;
  }

  remove(track: Track): void {
    if (track.before === null) this.first = track.after;
    else track.before.after = track.after;
    if (track.after === null) this.#last = track.before;
    else track.after.before = track.before;
    track.before = null;
    track.after = null;
  }
}
