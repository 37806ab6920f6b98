/**
 * Brings a window and the station together: each gets one end of a fresh channel.
 *
 *   window ── connect ──▶ shell ── port ──▶ station
 *      ▲                    │
 *      └──── other port ────┘
 *
 * A window that asks while no station runs gets its port as soon as the next one starts. When a station is
 * started again, a window that had a port gets a new one unasked: the old one died with the old station.
 */
export interface StationPortsOptions<Port> {
  createChannel(): { port1: Port; port2: Port };
  /** @returns false when there is no station now. */
  giveStation(port: Port): boolean;
  giveWindow(port: Port): void;
}

export class StationPorts<Port> {
  readonly #options: StationPortsOptions<Port>;
  /** Whether there is a window that wants to hear the station. */
  #wanted = false;

  constructor(options: StationPortsOptions<Port>) {
    this.#options = options;
  }

  /** The window asked for a port. */
  windowAsks(): void {
    this.#wanted = true;
    this.#handOver();
  }

  /** A station was started (it may still be opening its records). */
  stationStarts(): void {
    if (this.#wanted) this.#handOver();
  }

  /** The window's page is gone; the next one asks for itself. */
  windowGone(): void {
    this.#wanted = false;
  }

  #handOver(): void {
    const { port1, port2 } = this.#options.createChannel();
    if (this.#options.giveStation(port1)) this.#options.giveWindow(port2);
  }
}
