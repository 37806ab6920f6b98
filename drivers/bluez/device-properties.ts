/**
 * What BlueZ tells of a device (org.bluez.Device1, doc/org.bluez.Device.rst) → advertising data.
 *
 *   ManufacturerData  a{qv}  company → bytes        ─▶ ff structure, company little-endian
 *   ServiceData       a{sv}  UUID → bytes           ─▶ 16 structure, where the UUID is a 16-bit one
 *   RSSI              n      dBm
 *
 * BlueZ takes the advertisement apart; it is put together again so that everything behind this driver
 * sees the same bytes from every receiver. Values come from the bus as they are: nothing is trusted.
 */
import type { AddressType } from '../receiver.ts';

export interface DeviceState {
  address: string;
  addressType: AddressType;
  rssiDbm: number | null;
  data: Uint8Array;
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
export function applyProperties(state: DeviceState, changed: Properties): boolean {
  const type = plain(changed.AddressType);
  if (type === 'public' || type === 'random') state.addressType = type;
  const rssi = plain(changed.RSSI);
  const hasRssi = typeof rssi === 'number';
  if (hasRssi) state.rssiDbm = rssi >= -127 && rssi <= 20 ? rssi : null;
  const hasData = 'ManufacturerData' in changed || 'ServiceData' in changed;
  if (hasData) {
    const parts: number[] = [];
    for (const [company, bytes] of entriesOf(changed.ManufacturerData)) {
      const id = Number(company);
      if (Number.isInteger(id) && id >= 0 && id <= 0xffff) pushStructure(parts, 0xff, id, bytes);
    }
    for (const [uuid, bytes] of entriesOf(changed.ServiceData)) {
      const short = /^0000([0-9a-f]{4})-0000-1000-8000-00805f9b34fb$/i.exec(uuid)?.[1];
      if (short !== undefined) pushStructure(parts, 0x16, Number.parseInt(short, 16), bytes);
    }
    state.data = Uint8Array.from(parts);
  }
  return hasRssi || (hasData && state.data.length > 0);
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
