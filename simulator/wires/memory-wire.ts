/** A receiver on a cable in memory: tests give {@link MemoryWire.hostLine} to the driver. */
import { createMemoryLinePair, type SerialLine } from '../../drivers/serial/index.ts';
import type { HeardAdvert } from '../../drivers/testing/virtual-controller.ts';
import { Cable } from './cable.ts';
import type { ReceiverWire, WireState } from './receiver-wire.ts';

export class MemoryWire implements ReceiverWire {
  readonly specification = null;
  #cable: Cable | null = null;
  #plugged = true;

  /** A new line to this receiver, as opening the port makes one. The one before is cut. */
  async hostLine(): Promise<SerialLine> {
    const { host, device } = createMemoryLinePair('simulated');
    void this.#cable?.pull();
    this.#cable = null;
    if (this.#plugged) this.#cable = await Cable.attach(device);
    else await device.close();
    return host;
  }

  hear(advert: HeardAdvert): boolean {
    return this.#cable?.hear(advert) ?? false;
  }

  say(bytes: Uint8Array): boolean {
    this.#cable?.say(bytes);
    return this.#cable !== null;
  }

  async unplug(): Promise<void> {
    this.#plugged = false;
    void this.#cable?.pull();
    this.#cable = null;
  }

  async plug(): Promise<void> {
    this.#plugged = true;
  }

  state(): WireState {
    if (!this.#plugged) return 'unplugged';
    return this.#cable?.state() ?? 'waiting';
  }

  async close(): Promise<void> {
    await this.unplug();
  }
}
