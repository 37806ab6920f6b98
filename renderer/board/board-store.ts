/** Holds the board's state; listeners are told at once, but at most once per frame under a flood. */
import type { BoardEvent, VisitView } from '../../shared/station-contract/index.ts';
import { type BoardState, boardReducer, emptyBoard } from './board-state.ts';

/** One frame at 60 Hz. */
const frameMs = 16;

export class BoardStore {
  /** Until the station's first word this machine's clock has to do. */
  #state: BoardState = { ...emptyBoard, offsetMs: Date.now() - performance.now() };
  #listeners = new Set<() => void>();
  #toldAtMs = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  readonly get = (): BoardState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  apply(event: BoardEvent, localMs = performance.now()): void {
    this.#state = boardReducer(this.#state, event, localMs);
    this.#tellSoon();
  }

  /**
   * A command's answer shows at once, without waiting for the stream. Visits that left the board
   * meanwhile are not brought back.
   */
  answer(visit: VisitView): void {
    if (!this.#state.visits.has(visit.visitId) && visit.closed !== null) return;
    this.#state = boardReducer(this.#state, { type: 'visit', visit }, performance.now());
    this.#tell();
  }

  takeArrivals(): readonly string[] {
    const { arrivals } = this.#state;
    if (arrivals.length > 0) this.#state = { ...this.#state, arrivals: [] };
    return arrivals;
  }

  /**
   * The station's time now, UTC milliseconds. Between two words of the station it goes on by this page's monotonic
   * clock, so that only the station's clock counts, and a correction of it comes together with the cars' new times.
   */
  nowMs(): number {
    return Math.round(performance.now() + this.#state.offsetMs);
  }

  #tellSoon(): void {
    if (this.#timer !== null) return;
    const sinceMs = performance.now() - this.#toldAtMs;
    if (sinceMs >= frameMs) this.#tell();
    else this.#timer = setTimeout(() => this.#tell(), frameMs - sinceMs);
  }

  #tell(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#toldAtMs = performance.now();
    for (const listener of [...this.#listeners]) listener();
  }
}
