/**
 * The air over a site: who sends, who listens, and what of it is heard.
 *
 *   advertise(car) ─▶ for each receiver: its channel now ─▶ link level ─▶ collisions ─▶ bit errors ─▶ heard(…)
 *
 * An advertising event sends the packet on 37, 38 and 39 within a few milliseconds; a receiver listens
 * to one of them at a time, so it hears an event at most once (Core Spec Vol 6 Part B 4.4.2, 4.4.3).
 */
import type { RadioListener, RadioSource } from './attenuation.ts';
import type { Wall } from './geometry.ts';
import { Link } from './link.ts';
import type { RadioModel } from './radio-model.ts';
import type { Random } from './random.ts';
import { airTimeMs, meanOverlaps, packetSuccess } from './reception.ts';

export interface AirReceiver extends RadioListener {
  receiverId: string;
}

export interface Transmission {
  /** Names the car; its links are kept under it until {@link Air.forget}. */
  sourceId: string;
  source: RadioSource;
  /** At 1 m in the open, dBm. */
  powerDbm: number;
  /** Driven so far, m. */
  wayM: number;
  dataBytes: number;
  atMs: number;
}

export type Heard = (receiverId: string, rssiDbm: number) => void;

interface Listener extends AirReceiver {
  offsetDb: number;
  /** Its scanner's phase, so that receivers do not change channels together. */
  phaseMs: number;
  /** Mean level with which each source was last sent here: what a collision is fought against. */
  levels: Map<string, number>;
}

export class Air {
  readonly #model: RadioModel;
  readonly #walls: readonly Wall[];
  readonly #random: Random;
  readonly #chance: Random;
  readonly #listeners: Listener[];
  readonly #links = new Map<string, Link[]>();
  readonly #sources: string[] = [];
  #strangersPerSecond = 0;

  constructor(model: RadioModel, receivers: readonly AirReceiver[], walls: readonly Wall[], random: Random) {
    this.#model = model;
    this.#walls = walls;
    this.#random = random;
    this.#chance = random.fork('air');
    this.#listeners = receivers.map((receiver) => {
      const own = random.fork(`receiver ${receiver.receiverId}`);
      return {
        ...receiver,
        offsetDb: own.normal() * model.receiverSpreadDb,
        phaseMs: own.between(0, model.scanIntervalMs * 3),
        levels: new Map(),
      };
    });
  }

  /** Packets per second of devices that are not simulated one by one; they collide as well. */
  set strangersPerSecond(rate: number) {
    this.#strangersPerSecond = rate;
  }

  /** Sends one advertising event and calls `heard` for each receiver that hears it. */
  transmit(sent: Transmission, heard: Heard): void {
    const links = this.#linksOf(sent.sourceId);
    const airMs = airTimeMs(sent.dataBytes);
    for (let index = 0; index < this.#listeners.length; index++) {
      const listener = this.#listeners[index];
      const link = links[index];
      if (listener === undefined || link === undefined) continue;
      const channel = this.#channelOf(listener, sent.atMs);
      const { levelDbm, meanDbm } = link.level(
        sent.source,
        listener,
        sent.powerDbm,
        sent.wayM,
        channel,
        sent.atMs,
      );
      listener.levels.set(sent.sourceId, meanDbm);
      if (levelDbm < this.#model.sensitivityDbm - 6) continue; // packetSuccess is 0 there
      if (this.#chance.chance(this.#model.deafShare)) continue;
      if (this.#collides(listener, sent.sourceId, levelDbm, airMs)) continue;
      if (!this.#chance.chance(packetSuccess(this.#model, levelDbm, sent.dataBytes))) continue;
      const rssiDbm = Math.round(levelDbm + listener.offsetDb);
      heard(
        listener.receiverId,
        Math.min(this.#model.rssiCeilingDbm, Math.max(this.#model.rssiFloorDbm, rssiDbm)),
      );
    }
  }

  /** The car is gone or its jack has no power: it collides with nobody any more; its links are kept. */
  hush(sourceId: string): void {
    const index = this.#sources.indexOf(sourceId);
    if (index < 0) return;
    this.#sources.splice(index, 1);
    for (const listener of this.#listeners) listener.levels.delete(sourceId);
  }

  forget(sourceId: string): void {
    this.hush(sourceId);
    this.#links.delete(sourceId);
  }

  /** Cars whose links are kept. */
  get sources(): number {
    return this.#links.size;
  }

  #linksOf(sourceId: string): Link[] {
    let links = this.#links.get(sourceId);
    if (links === undefined) {
      links = this.#listeners.map(
        (l) => new Link(this.#model, this.#walls, this.#random.fork(`${sourceId} → ${l.receiverId}`)),
      );
      this.#links.set(sourceId, links);
    }
    if (!this.#listeners[0]?.levels.has(sourceId) && !this.#sources.includes(sourceId)) {
      this.#sources.push(sourceId);
    }
    return links;
  }

  #channelOf(listener: Listener, atMs: number): number {
    return Math.floor((atMs + listener.phaseMs) / this.#model.scanIntervalMs) % 3;
  }

  #collides(listener: Listener, sourceId: string, levelDbm: number, airMs: number): boolean {
    const others = Math.max(0, this.#sources.length - 1);
    const perSecond = 1000 / (this.#model.advertisingIntervalMs + this.#model.advertisingDelayMs / 2);
    const mean = meanOverlaps(airMs, others * perSecond + this.#strangersPerSecond);
    if (mean === 0) return false;
    const overlaps = this.#chance.poisson(mean);
    for (let n = 0; n < overlaps; n++) {
      // One of the simulated, or a stranger of whom only the number is known: as loud as one 15 m off.
      const share = (others * perSecond) / (others * perSecond + this.#strangersPerSecond);
      let otherDbm = -90;
      if (this.#chance.chance(share)) {
        const other = this.#chance.pick(this.#sources);
        if (other === sourceId) continue;
        otherDbm = listener.levels.get(other) ?? Number.NEGATIVE_INFINITY;
      }
      if (levelDbm - otherDbm < this.#model.captureDb) return true;
    }
    return false;
  }
}
