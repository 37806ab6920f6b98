/**
 * One radio link: one car's jack to one receiver, with its own shadowing and fading.
 *
 *   place, heading, mounting ─▶ median ─▶ + shadowing(way) ─▶ + fading(channel, way, time) ─▶ level
 */
import {
  bodyLossDb,
  directivityLossDb,
  type RadioListener,
  type RadioSource,
  wallsBetween,
} from './attenuation.ts';
import { Fading } from './fading.ts';
import { distance3, type Wall } from './geometry.ts';
import { pathLossDb } from './path-loss.ts';
import type { RadioModel } from './radio-model.ts';
import type { Random } from './random.ts';
import { Shadowing } from './shadowing.ts';

export interface LinkLevel {
  /** What this packet arrives with, dBm. */
  levelDbm: number;
  /** Without small-scale fading, dBm: what others hear of it as interference. */
  meanDbm: number;
}

export class Link {
  readonly #model: RadioModel;
  readonly #walls: readonly Wall[];
  readonly #shadowing: Shadowing;
  readonly #fading: Fading;
  #wayM = 0;
  /** Geometry changes only while the car moves; a car that stands for minutes costs nothing. */
  #medianDbm = Number.NaN;
  #blocked = false;
  #shadowDb = 0;

  constructor(model: RadioModel, walls: readonly Wall[], random: Random) {
    this.#model = model;
    this.#walls = walls;
    this.#shadowing = new Shadowing(model, random);
    this.#fading = new Fading(model, random);
  }

  /**
   * @param powerDbm of this jack at 1 m in the open. @param wayM driven so far, m.
   * @param channel 0, 1, 2 for 37, 38, 39.
   */
  level(
    source: RadioSource,
    listener: RadioListener,
    powerDbm: number,
    wayM: number,
    channel: number,
    atMs: number,
  ): LinkLevel {
    if (wayM !== this.#wayM || Number.isNaN(this.#medianDbm)) {
      this.#shadowDb = this.#shadowing.after(wayM - this.#wayM);
      this.#wayM = wayM;
      const walls = wallsBetween(source, listener, this.#walls);
      this.#blocked = walls > 0;
      this.#medianDbm =
        powerDbm -
        pathLossDb(this.#model, distance3(source.at, listener.at)) -
        bodyLossDb(this.#model, source, listener.at) -
        directivityLossDb(this.#model, listener, source.at) -
        walls * this.#model.obstacleLossDb;
    }
    const meanDbm = this.#medianDbm + this.#shadowDb;
    const ricianK = this.#blocked ? this.#model.ricianKBehindMetal : this.#model.ricianKInSight;
    return { meanDbm, levelDbm: meanDbm + this.#fading.gainDb(channel, wayM, atMs, ricianK) };
  }
}
