import type { SerialLine } from '../../drivers/serial/index.ts';
import { type HeardAdvert, VirtualController } from '../../drivers/testing/virtual-controller.ts';
import type { WireState } from './receiver-wire.ts';

/** One time of being plugged in: a fresh controller at the device's end of one line. */
export class Cable {
  readonly #controller = new VirtualController();

  static async attach(line: SerialLine): Promise<Cable> {
    const cable = new Cable();
    await cable.#controller.attach(line);
    return cable;
  }

  hear(advert: HeardAdvert): boolean {
    return this.#controller.advertise(advert);
  }

  say(bytes: Uint8Array): void {
    this.#controller.say(bytes);
  }

  state(): WireState {
    return this.#controller.isScanning ? 'scanning' : 'open';
  }

  /** Settles when the line is free to be opened again. */
  pull(): Promise<void> {
    return this.#controller.unplug();
  }
}
