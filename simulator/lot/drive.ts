/**
 * A car's motion along waypoints: speeds up, brakes in time for slower stretches and for its mark.
 *
 *   parked ──follow(way)──▶ moving ──mark reached──▶ parked (onEnd)
 */
import { distance2, type Point } from '../radio/index.ts';
import type { Waypoint } from './place.ts';

/** m/s²: what passengers do not notice. */
const accelerate = 1.8;
const brake = 2.2;
/** Motion is reckoned in steps of this length at most, ms. */
const stepMs = 50;

export interface Leg {
  way: readonly Waypoint[];
  reverse: boolean;
  /** Rolls on at the end instead of stopping: another leg follows, or the car leaves the picture. */
  rolling: boolean;
}

export class Drive {
  at: Point;
  /** Radians; where the bonnet points. */
  heading: number;
  /** Driven so far, m. */
  wayM = 0;
  speed = 0;
  /** 1 = as people drive; 4 = everything four times as fast, for tests that must not wait. */
  haste = 1;
  #legs: Leg[] = [];
  #next = 0;
  #clockMs: number;
  #onEnd: (() => void) | null = null;

  constructor(at: Point, heading: number, nowMs: number) {
    this.at = { ...at };
    this.heading = heading;
    this.#clockMs = nowMs;
  }

  /** Up to when it has moved, ms. */
  get clockMs(): number {
    return this.#clockMs;
  }

  get moving(): boolean {
    return this.#legs.length > 0;
  }

  /** Replaces what it was doing; `onEnd` is called when the last leg is driven (not when replaced). */
  follow(legs: readonly Leg[], nowMs: number, onEnd: (() => void) | null = null): void {
    this.advance(nowMs);
    this.#legs = legs.filter((leg) => leg.way.length > 0);
    this.#next = 0;
    this.#onEnd = onEnd;
    if (this.#legs.length === 0) this.#end();
  }

  /** Moves on to `nowMs`. */
  advance(nowMs: number): void {
    while (this.#legs.length > 0 && this.#clockMs < nowMs) {
      const dtMs = Math.min(stepMs, nowMs - this.#clockMs);
      this.#clockMs += dtMs;
      this.#step((dtMs / 1000) * this.haste);
    }
    this.#clockMs = Math.max(this.#clockMs, nowMs);
  }

  #step(dtS: number): void {
    const leg = this.#legs[0];
    const target = leg?.way[this.#next];
    if (leg === undefined || target === undefined) return;
    this.speed = Math.min(this.speed + accelerate * dtS, target.speed, this.#safeSpeed(leg));
    let moveM = Math.max(0.02, this.speed * dtS);
    for (;;) {
      const point = leg.way[this.#next];
      if (point === undefined) {
        this.#legEnded(leg);
        return;
      }
      const leftM = distance2(this.at, point);
      if (leftM > moveM) {
        const direction = Math.atan2(point.y - this.at.y, point.x - this.at.x);
        this.heading = leg.reverse ? direction + Math.PI : direction;
        this.at = {
          x: this.at.x + moveM * Math.cos(direction),
          y: this.at.y + moveM * Math.sin(direction),
        };
        this.wayM += moveM;
        return;
      }
      this.at = { x: point.x, y: point.y };
      this.wayM += leftM;
      moveM -= leftM;
      this.#next += 1;
    }
  }

  /** Fast enough, yet able to brake for each slower waypoint ahead: v² = v₁² + 2·b·d. */
  #safeSpeed(leg: Leg): number {
    let safe = Number.POSITIVE_INFINITY;
    let aheadM = 0;
    let from = this.at;
    for (let index = this.#next; index < leg.way.length; index++) {
      const point = leg.way[index];
      if (point === undefined) break;
      aheadM += distance2(from, point);
      from = point;
      const then = leg.way[index + 1]?.speed ?? (leg.rolling ? point.speed : 0);
      safe = Math.min(safe, Math.sqrt(then * then + 2 * brake * aheadM));
    }
    return safe;
  }

  #legEnded(leg: Leg): void {
    this.#legs.shift();
    this.#next = 0;
    if (!leg.rolling) this.speed = 0;
    if (this.#legs.length === 0) this.#end();
  }

  #end(): void {
    this.speed = 0;
    const onEnd = this.#onEnd;
    this.#onEnd = null;
    onEnd?.();
  }
}
