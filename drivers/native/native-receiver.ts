/**
 * The machine's own adapter on Windows and macOS, through `@stoprocent/noble`.
 *
 *   Windows / CoreBluetooth ──▶ noble ── discover ──▶ advertising data put together ──▶ reports
 *
 * Tested against a twin only: it has not met real hardware. macOS hides radio addresses: reports then
 * carry an address made of the system's own name for the device, of type `unknown`.
 */
import { createHash } from 'node:crypto';
import { type Clock, err, ok, type Result, systemClock } from '../../shared/domain/index.ts';
import type {
  AddressType,
  Receiver,
  ReceiverCounters,
  ReceiverError,
  ReceiverHealth,
  ReceiverListener,
  Unsubscribe,
} from '../receiver.ts';
import { ReceiverCore } from '../receiver-core.ts';
import { loadNoble, type NativeAdvertisement, type NativePeripheral, type NobleLike } from './noble-like.ts';

export const nativeDelays = {
  /** How long the system may take to say whether its radio is on. */
  stateTimeoutMs: 5_000,
} as const;

export interface NativeOptions {
  id: string;
  clock?: Clock;
  /** Default: the library itself. */
  load?: () => Promise<NobleLike | null>;
}

export class NativeReceiver implements Receiver {
  readonly id: string;
  readonly kind = 'native';
  readonly #clock: Clock;
  readonly #load: () => Promise<NobleLike | null>;
  readonly #core: ReceiverCore;
  #noble: NobleLike | null = null;
  #expectsStop = false;
  #stateChanged: () => void = () => {};

  constructor(options: NativeOptions) {
    this.id = options.id;
    this.#clock = options.clock ?? systemClock;
    this.#load = options.load ?? loadNoble;
    this.#core = new ReceiverCore(this.#clock);
  }

  async open(): Promise<Result<void, ReceiverError>> {
    if (this.#core.health().state !== 'unopened') {
      return err({ code: 'already-opened', text: `receiver ${this.id} was opened before; make a new one` });
    }
    this.#core.starting();
    const noble = await this.#load();
    if (noble === null) {
      this.#fail({
        code: 'unsupported-here',
        text: 'this build has no driver for the machine’s own Bluetooth',
      });
    } else if (!this.#core.isEnded) {
      this.#noble = noble;
      noble.on('stateChange', this.#onState);
      noble.on('scanStop', this.#onScanStop);
      noble.on('discover', this.#onDiscover);
      await this.#started(noble);
    }
    if (this.#core.isEnded) return err(this.#endReason());
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

  async restartScan(): Promise<Result<void, ReceiverError>> {
    const noble = this.#noble;
    if (noble === null || this.#core.health().state !== 'healthy') {
      return err({ code: 'not-open', text: `receiver ${this.id} is not open: the scan cannot be restarted` });
    }
    this.#expectsStop = true;
    await noble.stopScanningAsync().catch(() => {});
    await this.#scan(noble);
    this.#expectsStop = false;
    return this.#core.isEnded ? err(this.#endReason()) : ok(undefined);
  }

  async close(): Promise<void> {
    const noble = this.#detach();
    this.#core.closed();
    this.#stateChanged();
    // Whatever the system says to it, this receiver hears no more.
    await noble?.stopScanningAsync().catch(() => {});
  }

  /** Waits until the radio is on, then scans; a failure is kept in the health. */
  async #started(noble: NobleLike): Promise<void> {
    if (noble.state === 'unknown' || noble.state === 'resetting') {
      await new Promise<void>((settle) => {
        const cancel = this.#clock.schedule(nativeDelays.stateTimeoutMs, settle);
        this.#stateChanged = () => {
          cancel();
          settle();
        };
      });
      this.#stateChanged = () => {};
    }
    if (this.#core.isEnded) return;
    const reason = reasonAgainst(noble.state);
    if (reason === null) await this.#scan(noble);
    else this.#fail(reason);
  }

  async #scan(noble: NobleLike): Promise<void> {
    try {
      await noble.startScanningAsync([], true);
    } catch (cause) {
      this.#fail({ code: 'command-refused', text: cause instanceof Error ? cause.message : String(cause) });
    }
  }

  readonly #onState = (state: string): void => {
    this.#stateChanged();
    if (this.#core.health().state !== 'healthy') return;
    const reason = reasonAgainst(state);
    if (reason !== null) this.#fail(reason);
  };

  readonly #onScanStop = (): void => {
    if (this.#expectsStop || this.#core.health().state !== 'healthy') return;
    this.#fail({ code: 'discovery-stopped', text: 'the system stopped the Bluetooth scan' });
  };

  readonly #onDiscover = (peripheral: NativePeripheral): void => {
    if (!this.#core.isOpen) return;
    this.#core.packet();
    const { rssi } = peripheral;
    const known = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(peripheral.address);
    this.#core.report({
      receiverId: this.id,
      address: known ? peripheral.address.toLowerCase() : addressFromId(peripheral.id),
      addressType: known ? addressTypeOf(peripheral.addressType) : 'unknown',
      rssiDbm: Number.isFinite(rssi) && rssi >= -127 && rssi <= 20 ? rssi : null,
      data: advertisingData(peripheral.advertisement),
      atMs: this.#clock.nowMs(),
    });
  };

  #fail(reason: ReceiverError): void {
    if (this.#core.isEnded) return;
    const noble = this.#detach();
    this.#core.failed(reason);
    void noble?.stopScanningAsync().catch(() => {});
  }

  #detach(): NobleLike | null {
    const noble = this.#noble;
    this.#noble = null;
    noble?.removeListener('stateChange', this.#onState);
    noble?.removeListener('scanStop', this.#onScanStop);
    noble?.removeListener('discover', this.#onDiscover);
    return noble;
  }

  #endReason(): ReceiverError {
    const health = this.#core.health();
    if (health.state === 'failed') return health.reason;
    return { code: 'not-open', text: `receiver ${this.id} was closed while it opened` };
  }
}

function reasonAgainst(state: string): ReceiverError | null {
  switch (state) {
    case 'poweredOn':
      return null;
    case 'poweredOff':
      return { code: 'adapter-off', text: 'the machine’s Bluetooth is switched off' };
    case 'unsupported':
      return { code: 'adapter-missing', text: 'the machine has no Bluetooth Low Energy adapter' };
    case 'unauthorized':
      return { code: 'permission-denied', text: 'the system does not let this program use Bluetooth' };
    default:
      return { code: 'no-answer', text: `the system does not say whether Bluetooth is on (${state})` };
  }
}

/** The library takes advertisements apart; the structures are put together again. */
function advertisingData(advertisement: NativeAdvertisement): Uint8Array {
  const parts: number[] = [];
  const { manufacturerData, serviceData } = advertisement;
  if (manufacturerData && manufacturerData.length > 0 && manufacturerData.length <= 254) {
    parts.push(manufacturerData.length + 1, 0xff, ...manufacturerData);
  }
  for (const { uuid, data } of serviceData ?? []) {
    if (!/^[0-9a-f]{4}$/i.test(uuid) || data.length > 252) continue;
    const id = Number.parseInt(uuid, 16);
    parts.push(data.length + 3, 0x16, id & 0xff, id >> 8, ...data);
  }
  return Uint8Array.from(parts);
}

function addressTypeOf(type: string): AddressType {
  return type === 'public' || type === 'random' ? type : 'unknown';
}

/** Six bytes that stay the same for one device of this system; no radio uses them. */
function addressFromId(id: string): string {
  return (
    createHash('sha256').update(id).digest('hex').slice(0, 12).match(/../g)?.join(':') ?? '00:00:00:00:00:00'
  );
}
