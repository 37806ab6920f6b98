/**
 * A BLE gateway that prints JSON on a serial port (OpenMQTTGateway, Theengs and their like).
 *
 *   SerialLine ── bytes ──▶ JsonFinder ── objects ──▶ advertsOfMessage ──▶ reports
 *
 * A gateway scans by itself and takes no commands here: it is healthy when its port is open, and
 * the station's watchdog judges its silence.
 */
import { type Cancel, type Clock, err, ok, type Result, systemClock } from '../../shared/domain/index.ts';
import type {
  Receiver,
  ReceiverCounters,
  ReceiverError,
  ReceiverHealth,
  ReceiverListener,
  Unsubscribe,
} from '../receiver.ts';
import { ReceiverCore } from '../receiver-core.ts';
import type { SerialLine } from '../serial/index.ts';
import { advertsOfMessage } from './gateway-message.ts';
import { JsonFinder } from './json-finder.ts';

/** All waiting and all limits of this driver. */
export const gatewayLimits = {
  /** An object that stands open for so long will not be closed. */
  quietMs: 1_000,
  /** So many bytes without a single object, a third of them no text, are another speed or another device. */
  judgeBaudRateAfterBytes: 1_024,
} as const;

const noAddress = '00:00:00:00:00:00';

export interface GatewayOptions {
  id: string;
  line: SerialLine;
  clock?: Clock;
}

export class GatewayReceiver implements Receiver {
  readonly id: string;
  readonly kind = 'gateway';
  readonly #line: SerialLine;
  readonly #clock: Clock;
  readonly #core: ReceiverCore;
  readonly #finder: JsonFinder;
  #textBytes = 0;
  #binaryBytes = 0;
  #quietTimer: Cancel = () => {};

  constructor(options: GatewayOptions) {
    this.id = options.id;
    this.#line = options.line;
    this.#clock = options.clock ?? systemClock;
    this.#core = new ReceiverCore(this.#clock);
    this.#finder = new JsonFinder({
      object: (value) => this.#message(value),
      discarded: (bytes, reason) => this.#core.discarded(bytes, reason),
      text: (bytes, binary) => {
        this.#textBytes += bytes;
        this.#binaryBytes += binary;
        this.#core.discarded(binary, 'garbage');
      },
    });
  }

  async open(): Promise<Result<void, ReceiverError>> {
    if (this.#core.health().state !== 'unopened') {
      return err({ code: 'already-opened', text: `gateway ${this.id} was opened before; make a new one` });
    }
    this.#core.starting();
    const opened = await this.#line.open({
      bytes: (chunk) => this.#receive(chunk),
      lost: (reason) => this.#fail(reason),
    });
    if (this.#core.isEnded)
      return err({ code: 'not-open', text: `gateway ${this.id} was closed while it opened` });
    if (!opened.ok) {
      this.#fail(opened.error);
      return opened;
    }
    this.#core.healthy();
    return ok(undefined);
  }

  subscribe(listener: ReceiverListener): Unsubscribe {
    return this.#core.subscribe(listener);
  }

  health(): ReceiverHealth {
    return this.#core.health();
  }

  counters(): ReceiverCounters {
    return this.#core.counters();
  }

  /** A gateway's scan is its own: there is nothing to send. A new link is what helps. */
  async restartScan(): Promise<Result<void, ReceiverError>> {
    if (this.#core.health().state !== 'healthy') {
      return err({ code: 'not-open', text: `gateway ${this.id} is not open` });
    }
    return ok(undefined);
  }

  async close(): Promise<void> {
    this.#quietTimer();
    this.#core.closed();
    await this.#line.close();
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#core.isOpen) return;
    this.#quietTimer();
    this.#finder.push(chunk);
    if (!this.#core.isOpen) return;
    this.#judgeSpeed();
    if (this.#finder.heldBytes === 0) return;
    this.#quietTimer = this.#clock.schedule(gatewayLimits.quietMs, () => this.#finder.settle());
  }

  #message(value: Record<string, unknown>): void {
    if (!this.#core.isOpen) return;
    this.#core.packet();
    const adverts = advertsOfMessage(value);
    if (adverts.length === 0) this.#core.unknownEvent();
    const atMs = this.#clock.nowMs();
    for (const { address, ...advert } of adverts) {
      if (!this.#core.isOpen) return;
      this.#core.report({ receiverId: this.id, address: address ?? noAddress, ...advert, atMs });
    }
  }

  #judgeSpeed(): void {
    if (this.#core.counters().packets > 0 || this.#textBytes < gatewayLimits.judgeBaudRateAfterBytes) return;
    if (this.#binaryBytes * 3 < this.#textBytes) {
      // Plain log text: a gateway that has not heard anybody yet. Judge the next stretch anew.
      this.#textBytes = 0;
      this.#binaryBytes = 0;
      return;
    }
    this.#fail({
      code: 'not-a-gateway',
      text: `${this.#line.path} sends bytes that are no text: no gateway, or another baud rate`,
    });
  }

  #fail(reason: ReceiverError): void {
    if (this.#core.isEnded) return;
    this.#quietTimer();
    this.#finder.settle();
    this.#core.failed(reason);
    void this.#line.close();
  }
}
