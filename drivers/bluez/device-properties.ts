/**
 * What BlueZ tells of a device (org.bluez.Device1, doc/org.bluez.Device.rst) → advertising data.
 *
 *   ManufacturerData  a{qv}  company → bytes        ─▶ ff structure, company little-endian
 *   ServiceData       a{sv}  UUID → bytes           ─▶ 16 structure, where the UUID is a 16-bit one
 *   RSSI              n      dBm
 *
 * BlueZ takes the advertisement apart; it is put together again so that everything behind this driver
 * sees the same bytes from every receiver. It tells of a property only when it changed: what a device said
 * before stays behind what it says now, or a changed battery level would take its code away from the
 * levels that follow. Values come from the bus as they are: nothing is trusted.
 */
import type { AddressType } from '../receiver.ts';

export interface DeviceState {
  address: string;
  addressType: AddressType;
  rssiDbm: number | null;
  /** What it said last in front, then what it said before. */
  data: Uint8Array;
}

/** What BlueZ remembers of a device, as structures. */
export interface DeviceMemory extends DeviceState {
  manufacturer: readonly number[];
  service: readonly number[];
}

export function newDevice(address: string): DeviceMemory {
  return {
    address,
    addressType: 'unknown',
    rssiDbm: null,
    data: new Uint8Array(0),
    manufacturer: [],
    service: [],
  };
}

/** Changed properties by name; each value a D-Bus variant. */
export type Properties = Record<string, unknown>;

/** `/org/bluez/hci0/dev_C1_02_03_04_05_06` → address; null for other paths (services, characteristics). */
export function addressOfPath(path: string, adapterPath: string): string | null {
  if (!path.startsWith(`${adapterPath}/dev_`)) return null;
  const name = path.slice(adapterPath.length + 5);
  return /^([0-9A-F]{2}_){5}[0-9A-F]{2}$/i.test(name) ? name.replaceAll('_', ':').toLowerCase() : null;
}

/** @returns whether the change tells of an advertisement: new data, or a new level. */
export function applyProperties(
  state: DeviceMemory,
  changed: Properties,
  invalidated: readonly unknown[] = [],
): boolean {
  const type = plain(changed.AddressType);
  if (type === 'public' || type === 'random') state.addressType = type;
  if (invalidated.includes('RSSI')) state.rssiDbm = null;
  const rssi = plain(changed.RSSI);
  const hasRssi = typeof rssi === 'number';
  if (hasRssi) state.rssiDbm = rssi >= -127 && rssi <= 20 ? rssi : null;
  if (invalidated.includes('ManufacturerData')) state.manufacturer = [];
  if (invalidated.includes('ServiceData')) state.service = [];
  const hasManufacturer = 'ManufacturerData' in changed;
  const hasService = 'ServiceData' in changed;
  if (hasManufacturer) state.manufacturer = manufacturerStructures(changed.ManufacturerData);
  if (hasService) state.service = serviceStructures(changed.ServiceData);
  const said = (hasManufacturer ? state.manufacturer.length : 0) + (hasService ? state.service.length : 0);
  if (hasManufacturer || hasService || invalidated.length > 0) {
    const { manufacturer, service } = state;
    state.data = Uint8Array.from(
      hasService && !hasManufacturer ? [...service, ...manufacturer] : [...manufacturer, ...service],
    );
  }
  return hasRssi || said > 0;
}

function manufacturerStructures(property: unknown): number[] {
  const parts: number[] = [];
  for (const [company, bytes] of entriesOf(property)) {
    const id = Number(company);
    if (Number.isInteger(id) && id >= 0 && id <= 0xffff) pushStructure(parts, 0xff, id, bytes);
  }
  return parts;
}

function serviceStructures(property: unknown): number[] {
  const parts: number[] = [];
  for (const [uuid, bytes] of entriesOf(property)) {
    const short = /^0000([0-9a-f]{4})-0000-1000-8000-00805f9b34fb$/i.exec(uuid)?.[1];
    if (short !== undefined) pushStructure(parts, 0x16, Number.parseInt(short, 16), bytes);
  }
  return parts;
}

function pushStructure(parts: number[], type: number, id: number, bytes: Uint8Array): void {
  if (bytes.length > 252) return;
  parts.push(bytes.length + 3, type, id & 0xff, id >> 8, ...bytes);
}

function entriesOf(property: unknown): [string, Uint8Array][] {
  const map = plain(property);
  if (typeof map !== 'object' || map === null || Array.isArray(map)) return [];
  return Object.entries(map).flatMap(([key, variant]) => {
    const bytes = plain(variant);
    if (bytes instanceof Uint8Array) return [[key, bytes] satisfies [string, Uint8Array]];
    return Array.isArray(bytes)
      ? [[key, Uint8Array.from(bytes.map(Number))] satisfies [string, Uint8Array]]
      : [];
  });
}

/** D-Bus variants are objects with a signature and a value. */
export function plain(variant: unknown): unknown {
  return typeof variant === 'object' && variant !== null && 'value' in variant ? variant.value : variant;
}
