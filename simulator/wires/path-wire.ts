/**
 * A receiver on a serial path: the controller opens one end of a PTY that socat made (or a real null
 * modem), and the hci-uart driver opens the other, as if a controller were plugged in there.
 */
import { createPortLine } from '../../drivers/serial/index.ts';
import type { HeardAdvert } from '../../drivers/testing/virtual-controller.ts';
import { Cable } from './cable.ts';
import type { ReceiverWire, WireState } from './receiver-wire.ts';

export class PathWire implements ReceiverWire {
  readonly specification: string;
  readonly #devicePath: string;
  #cable: Cable | null = null;

  private constructor(devicePath: string, hostPath: string) {
    this.#devicePath = devicePath;
    this.specification = `hci-uart:${hostPath}`;
  }

  /** @throws when the device's end cannot be opened. */
  static async open(devicePath: string, hostPath: string): Promise<PathWire> {
    const wire = new PathWire(devicePath, hostPath);
    await wire.plug();
    return wire;
  }

  hear(advert: HeardAdvert): boolean {
    return this.#cable?.hear(advert) ?? false;
  }

  say(bytes: Uint8Array): boolean {
    this.#cable?.say(bytes);
    return this.#cable !== null;
  }

  async unplug(): Promise<void> {
    const cable = this.#cable;
    this.#cable = null;
    await cable?.pull();
  }

  async plug(): Promise<void> {
    this.#cable ??= await Cable.attach(createPortLine({ path: this.#devicePath }));
  }

  state(): WireState {
    return this.#cable?.state() ?? 'unplugged';
  }

  async close(): Promise<void> {
    await this.unplug();
  }
}
