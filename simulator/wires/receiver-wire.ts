/**
 * A receiver of the lot with its cable. Behind every cable sits the drivers' own virtual controller,
 * which hears only while the driver at the other end has enabled its scan.
 *
 *   lot ──hear / say──▶ VirtualController ──H4 bytes──▶ cable (TCP, memory, PTY) ──▶ hci-uart driver
 */
import type { HeardAdvert } from '../../drivers/testing/virtual-controller.ts';

/** `waiting`: powered, nobody has opened the port; `open`: somebody has; `scanning`: it hears. */
export type WireState = 'unplugged' | 'waiting' | 'open' | 'scanning';

export interface ReceiverWire {
  /** An advertisement reaches the antenna. @returns false when the host is not told of it. */
  hear(advert: HeardAdvert): boolean;
  /** Raw bytes to the host, as noise on the line. @returns false when nobody is there. */
  say(bytes: Uint8Array): boolean;
  unplug(): Promise<void>;
  /** Plugs it in again; the host opens the same path as before. */
  plug(): Promise<void>;
  state(): WireState;
  /** The receiver specification to give to the station, or null where there is none (memory). */
  readonly specification: string | null;
  close(): Promise<void>;
}
