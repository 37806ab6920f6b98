/**
 * How well cars are heard, told to the kiosks: all cars in one word, at most once in `levelTellMs`. Two hundred
 * cars that are heard all the time would otherwise be two hundred events a second to every kiosk.
 *
 *   quiet ──heard──▶ planned ──its time──▶ told ──heard──▶ planned, at the earliest levelTellMs after the last
 */
import type { Cancel } from '../../shared/domain/index.ts';
import { type Level, levelView, type Records } from '../records/index.ts';
import { visitDelays } from './visit-delays.ts';

export class LevelTeller {
  readonly #records: Records;
  /** Monotonic. */
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #planned: Cancel | null = null;

  constructor(records: Records) {
    this.#records = records;
  }

  heard(visitId: string, level: Level): void {
    const { levels, clock } = this.#records;
    levels.set(visitId, level);
    if (this.#planned !== null) return;
    const sinceMs = clock.monotonicMs() - this.#toldAtMs;
    this.#planned = clock.schedule(Math.max(0, visitDelays.levelTellMs - sinceMs), () => this.#tell());
  }

  /** Each word names every car that has a level: a kiosk that missed one has lost nothing. */
  #tell(): void {
    const { visits, levels, clock, levelsTold } = this.#records;
    this.#planned = null;
    this.#toldAtMs = clock.monotonicMs();
    const told = [...visits.live.values()].flatMap((visit) => {
      const level = visit.visible ? levels.get(visit.visitId) : null;
      return level === null ? [] : [levelView(visit, level)];
    });
    if (told.length > 0) levelsTold.tell(told);
  }

  close(): void {
    this.#planned?.();
    this.#planned = null;
  }
}
