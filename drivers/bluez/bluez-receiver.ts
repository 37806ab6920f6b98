/**
 * The machine's own Bluetooth adapter on Linux, through BlueZ.
 *
 *   BlueZ ── PropertiesChanged, InterfacesAdded ──▶ BluezBus ──▶ device states ──▶ reports
 *     ▲                                               │
 *     └── SetDiscoveryFilter, StartDiscovery ─────────┘
 *
 *   open ── adapter off, adapter gone, BlueZ gone, discovery stopped by someone else ──▶ failed
 *
 * The discovery filter asks for every advertisement again ("DuplicateData"), and having a filter at
 * all makes BlueZ tell every level, not only jumps of 8 dB (src/adapter.c, filtered_discovery).
 */
import { type Clock, err, ok, type Result, systemClock } from '../../shared/domain/index.ts';
import type {
  Receiver,
  ReceiverCounters,
  ReceiverError,
  ReceiverHealth,
  ReceiverListener,
  Unsubscribe,
} from '../receiver.ts';
import { ReceiverCore } from '../receiver-core.ts';
import { BluezBus, type BusSignal } from './bluez-bus.ts';
import {
  addressOfPath,
  applyProperties,
  type DeviceMemory,
  newDevice,
  type Properties,
  plain,
} from './device-properties.ts';

export interface BluezOptions {
  id: string;
  /** `hci0`; default: the first there is. */
  adapter?: string;
  clock?: Clock;
}

const adapterInterface = 'org.bluez.Adapter1';
const deviceInterface = 'org.bluez.Device1';
/** Devices whose last data is remembered. Phones change their addresses: old ones are forgotten. */
const maxDevices = 4096;

export class BluezReceiver implements Receiver {
  readonly id: string;
  readonly kind = 'bluez';
  readonly #options: BluezOptions;
  readonly #clock: Clock;
  readonly #core: ReceiverCore;
  readonly #devices = new Map<string, DeviceMemory>();
  #bus: BluezBus | null = null;
  #adapterPath = '';
  /** We stop and start discovery ourselves: its end is no news. */
  #expectsStop = false;

  constructor(options: BluezOptions) {
    this.id = options.id;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#core = new ReceiverCore(this.#clock);
  }

  async open(): Promise<Result<void, ReceiverError>> {
    if (this.#core.health().state !== 'unopened') {
      return err({ code: 'already-opened', text: `receiver ${this.id} was opened before; make a new one` });
    }
    this.#core.starting();
    const opened = await BluezBus.open({
      clock: this.#clock,
      signal: (signal) => this.#signal(signal),
      lost: (reason) => this.#fail(reason),
    });
    if (!opened.ok) {
      this.#fail(opened.error);
      return err(this.#endReason(opened.error));
    }
    if (this.#core.isEnded) {
      opened.value.close();
      return err(this.#endReason());
    }
    this.#bus = opened.value;
    const started = (await this.#findAdapter(opened.value)) ?? (await this.#startDiscovery(opened.value));
    if (started !== null) this.#fail(started);
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
    const bus = this.#bus;
    if (bus === null || this.#core.health().state !== 'healthy') {
      return err({ code: 'not-open', text: `receiver ${this.id} is not open: the scan cannot be restarted` });
    }
    this.#expectsStop = true;
    // Refused when it is stopped already: that is why it is restarted.
    await bus.call(this.#adapterPath, adapterInterface, 'StopDiscovery');
    const failed = await this.#startDiscovery(bus);
    this.#expectsStop = false;
    if (failed === null) return ok(undefined);
    this.#fail(failed);
    return err(failed);
  }

  async close(): Promise<void> {
    const wasHealthy = this.#core.health().state === 'healthy';
    const bus = this.#bus;
    this.#bus = null;
    this.#core.closed();
    this.#devices.clear();
    // The session's end stops its discovery too; asking first is a courtesy to other programs.
    if (bus !== null && wasHealthy) await bus.call(this.#adapterPath, adapterInterface, 'StopDiscovery');
    bus?.close();
  }

  /** @returns why it cannot be used, or null. */
  async #findAdapter(bus: BluezBus): Promise<ReceiverError | null> {
    const listed = await bus.call('/', 'org.freedesktop.DBus.ObjectManager', 'GetManagedObjects');
    if (!listed.ok) return listed.error;
    const objects = Object.entries((listed.value[0] ?? {}) as Record<string, Record<string, Properties>>);
    const wanted = this.#options.adapter;
    const found = objects
      .filter(
        ([path, interfaces]) => adapterInterface in interfaces && (!wanted || path.endsWith(`/${wanted}`)),
      )
      .sort(([a], [b]) => a.localeCompare(b))[0];
    if (found === undefined) {
      return { code: 'adapter-missing', text: `there is no Bluetooth adapter${wanted ? ` ${wanted}` : ''}` };
    }
    this.#adapterPath = found[0];
    if (plain(found[1][adapterInterface]?.Powered) === false) {
      return {
        code: 'adapter-off',
        text: `the Bluetooth adapter ${found[0].split('/').at(-1)} is switched off`,
      };
    }
    return null;
  }

  async #startDiscovery(bus: BluezBus): Promise<ReceiverError | null> {
    const { default: dbus } = await import('dbus-next');
    const filter = { Transport: new dbus.Variant('s', 'le'), DuplicateData: new dbus.Variant('b', true) };
    const filtered = await bus.call(this.#adapterPath, adapterInterface, 'SetDiscoveryFilter', 'a{sv}', [
      filter,
    ]);
    if (!filtered.ok) return filtered.error;
    const started = await bus.call(this.#adapterPath, adapterInterface, 'StartDiscovery');
    return started.ok ? null : started.error;
  }

  #signal({ path, interface: iface, member, body }: BusSignal): void {
    if (!this.#core.isOpen || this.#adapterPath === '') return;
    if (iface === 'org.freedesktop.DBus.Properties' && member === 'PropertiesChanged') {
      const [of, changed, invalidated] = body;
      if (of === deviceInterface) this.#deviceChanged(path, fieldsOf(changed), invalidated);
      else if (of === adapterInterface && path === this.#adapterPath) this.#adapterChanged(fieldsOf(changed));
    } else if (member === 'InterfacesAdded') {
      const [added, interfaces] = body;
      const device = fieldsOf(interfaces)[deviceInterface];
      if (device !== undefined) this.#deviceChanged(String(added), fieldsOf(device), []);
    } else if (member === 'InterfacesRemoved') {
      const [removed] = body;
      this.#devices.delete(String(removed));
      if (removed === this.#adapterPath) {
        this.#fail({ code: 'adapter-missing', text: 'the Bluetooth adapter was removed' });
      }
    }
  }

  #deviceChanged(path: string, changed: Properties, invalidated: unknown): void {
    const address = addressOfPath(path, this.#adapterPath);
    if (address === null) return;
    this.#core.packet();
    let state = this.#devices.get(path);
    if (state === undefined) {
      state = newDevice(address);
      if (this.#devices.size >= maxDevices) this.#forgetOldest();
    }
    // Put at the end again: the first of the map is the one not heard for longest.
    this.#devices.delete(path);
    this.#devices.set(path, state);
    if (!applyProperties(state, changed, Array.isArray(invalidated) ? invalidated : [])) {
      this.#core.unknownEvent();
      return;
    }
    const { addressType, rssiDbm, data } = state;
    this.#core.report({
      receiverId: this.id,
      address,
      addressType,
      rssiDbm,
      data,
      atMs: this.#clock.nowMs(),
    });
  }

  #adapterChanged(changed: Properties): void {
    if (plain(changed.Powered) === false) {
      this.#fail({ code: 'adapter-off', text: 'the Bluetooth adapter was switched off' });
    } else if (plain(changed.Discovering) === false && !this.#expectsStop) {
      void this.#judgeDiscovery();
    }
  }

  /** BlueZ tells changes late: a restart of our own may have passed by now. So it is asked. */
  async #judgeDiscovery(): Promise<void> {
    const bus = this.#bus;
    if (bus === null || this.#core.health().state !== 'healthy') return;
    const asked = [adapterInterface, 'Discovering'];
    const answer = await bus.call(this.#adapterPath, 'org.freedesktop.DBus.Properties', 'Get', 'ss', asked);
    if (this.#expectsStop || this.#bus !== bus) return;
    if (!answer.ok || plain(answer.value[0]) !== true) {
      this.#fail({ code: 'discovery-stopped', text: 'something else stopped the Bluetooth discovery' });
    }
  }

  #forgetOldest(): void {
    const oldest = this.#devices.keys().next().value;
    if (oldest !== undefined) this.#devices.delete(oldest);
  }

  #fail(reason: ReceiverError): void {
    if (this.#core.isEnded) return;
    this.#core.failed(reason);
    this.#devices.clear();
    const bus = this.#bus;
    this.#bus = null;
    bus?.close();
  }

  #endReason(reason?: ReceiverError): ReceiverError {
    const health = this.#core.health();
    if (health.state === 'failed') return health.reason;
    return reason ?? { code: 'not-open', text: `receiver ${this.id} was closed while it opened` };
  }
}

function fieldsOf(value: unknown): Properties {
  const inside = plain(value);
  return typeof inside === 'object' && inside !== null ? (inside as Properties) : {};
}
