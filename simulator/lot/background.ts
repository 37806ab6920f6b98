/** Strangers' devices around the receivers: phones, watches, tyres; no code of ours among them. */

import type { HeardAdvert } from '../../drivers/testing/virtual-controller.ts';
import type { Cancel, Clock } from '../../shared/domain/index.ts';
import { newPrivateAddress } from '../jack/index.ts';
import type { Random } from '../radio/index.ts';
import type { ReceiverWire } from '../wires/index.ts';

/** Reports are said in batches at this pace, as a busy serial line delivers them. */
const batchMs = 5;
/** So many different devices are about; their addresses are their own for the whole run. */
const devices = 300;

interface Stream {
  perSecond: number;
  sinceMs: number;
  said: number;
  cancel: Cancel;
}

export class Background {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #wires: ReadonlyMap<string, ReceiverWire>;
  readonly #adverts: HeardAdvert[];
  readonly #streams = new Map<string, Stream>();

  constructor(clock: Clock, random: Random, wires: ReadonlyMap<string, ReceiverWire>) {
    this.#clock = clock;
    this.#random = random;
    this.#wires = wires;
    this.#adverts = Array.from({ length: devices }, () => ({
      address: newPrivateAddress(random),
      addressType: 'random' as const,
      // Flags and 18 bytes of manufacturer data under the company id that is reserved for tests.
      data: Uint8Array.from([0x02, 0x01, 0x06, 0x15, 0xff, 0xff, 0xff, ...random.bytes(18)]),
      rssiDbm: random.int(-98, -60),
    }));
  }

  /** @param perSecond reports on this receiver from now on; 0 ends them. */
  set(receiverId: string, perSecond: number): void {
    this.#streams.get(receiverId)?.cancel();
    this.#streams.delete(receiverId);
    if (perSecond <= 0) return;
    const stream = { perSecond, sinceMs: this.#clock.nowMs(), said: 0, cancel: () => {} };
    this.#streams.set(receiverId, stream);
    this.#plan(receiverId, stream);
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.cancel();
    this.#streams.clear();
  }

  #plan(receiverId: string, stream: Stream): void {
    const waitMs = Math.max(batchMs, 1000 / stream.perSecond);
    stream.cancel = this.#clock.schedule(waitMs, () => {
      const due = Math.floor(((this.#clock.nowMs() - stream.sinceMs) / 1000) * stream.perSecond);
      // After a stall (a suspended machine) the backlog is not made up for.
      if (due - stream.said > stream.perSecond) stream.said = due;
      for (; stream.said < due; stream.said++)
        this.#wires.get(receiverId)?.hear(this.#random.pick(this.#adverts));
      this.#plan(receiverId, stream);
    });
  }
}
