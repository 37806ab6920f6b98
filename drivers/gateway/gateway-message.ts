/**
 * One JSON object of a BLE gateway → the advertisements it tells of.
 *
 *   OpenMQTTGateway, Theengs   {"id":"AA:…","mac_type":1,"rssi":-70,"manufacturerdata":"4c0002…","servicedata":…}
 *   the same, decoded          {"id":…,"model_id":"IBEACON","uuid":"…","major":0,"minor":0,"txpower":-66}
 *   KKM                        {"msg":"advData","obj":[{"dmac":…,"rssi":"-78","data1":"0201…"}, …]}
 *   Minew                      {"type":"iBeacon","mac":…,"ibeaconUuid":…,"ibeaconMajor":4,…}
 *   ESPresense, monitor        {"id":"iBeacon:<uuid>-<major>-<minor>","mac":…,"rssi":-72.35}
 *
 * Where a gateway hands on only what it decoded, the advertising data is put together again, so that
 * everything behind this driver sees the same bytes from every receiver. Nothing is guessed: a field
 * that is not what it should be is left out.
 */
import { bytesOfHex } from '../frames/hex.ts';
import type { AddressType } from '../receiver.ts';

export interface GatewayAdvert {
  /** Null when the gateway names the beacon but not the radio. */
  address: string | null;
  addressType: AddressType;
  rssiDbm: number | null;
  data: Uint8Array;
}

type Fields = Record<string, unknown>;

/** More advertisements than a gateway can hear between two messages; a longer list is cut. */
const maxPerMessage = 500;

/** Empty when the object tells of no advertisement. Never throws. */
export function advertsOfMessage(message: Fields): GatewayAdvert[] {
  const list = message.obj ?? message.devices ?? message.advertisements;
  const entries = Array.isArray(list) ? list.slice(0, maxPerMessage).filter(isFields) : [message];
  return entries.flatMap((entry) => advertOf(entry) ?? []);
}

function advertOf(fields: Fields): GatewayAdvert | null {
  const address = addressOf(fields.mac) ?? addressOf(fields.dmac) ?? addressOf(fields.id);
  const data = rawData(fields) ?? decodedData(fields);
  const rssiDbm = rssiOf(fields.rssi);
  // Something was heard only if there is a beacon, or a radio with a level: other messages carry ids too.
  if (data === null && (address === null || fields.rssi === undefined)) return null;
  return {
    address,
    addressType: fields.mac_type === 0 ? 'public' : fields.mac_type === 1 ? 'random' : 'unknown',
    rssiDbm,
    data: data ?? new Uint8Array(0),
  };
}

function rawData(fields: Fields): Uint8Array | null {
  const whole = hexOf(fields.data1) ?? hexOf(fields.rawData) ?? hexOf(fields.raw);
  if (whole !== null && whole.length > 0) return whole;
  const parts: number[] = [];
  const manufacturer = hexOf(fields.manufacturerdata);
  if (manufacturer !== null) pushStructure(parts, 0xff, manufacturer);
  const service = hexOf(fields.servicedata);
  const uuid = uuid16Of(fields.servicedatauuid);
  if (service !== null && uuid !== null) pushStructure(parts, 0x16, [uuid & 0xff, uuid >> 8, ...service]);
  return parts.length > 0 ? Uint8Array.from(parts) : null;
}

function decodedData(fields: Fields): Uint8Array | null {
  const parts: number[] = [];
  const named = iBeaconName(fields.id);
  const uuid = uuidOf(fields.uuid) ?? uuidOf(fields.ibeaconUuid) ?? named?.uuid ?? null;
  const major = uint16Of(fields.major ?? fields.majorID ?? fields.ibeaconMajor) ?? named?.major ?? null;
  const minor = uint16Of(fields.minor ?? fields.minorID ?? fields.ibeaconMinor) ?? named?.minor ?? null;
  if (uuid !== null && major !== null && minor !== null) {
    const power = powerOf(
      fields.txpower ??
        fields.tx_power ??
        fields.refpower ??
        fields.ibeaconTxPower ??
        fields['rssi@1m'] ??
        fields.power,
    );
    pushStructure(parts, 0xff, [
      ...[0x4c, 0x00, 0x02, 0x15],
      ...uuid,
      ...[major >> 8, major & 0xff, minor >> 8, minor & 0xff, power & 0xff],
    ]);
  }
  const namespace = hexOf(fields.nid);
  const instance = hexOf(fields.sid);
  if (namespace?.length === 10 && instance?.length === 6) {
    pushStructure(parts, 0x16, [
      0xaa,
      0xfe,
      0x00,
      powerOf(fields.refPwr) & 0xff,
      ...namespace,
      ...instance,
      0,
      0,
    ]);
  }
  return parts.length > 0 ? Uint8Array.from(parts) : null;
}

function pushStructure(parts: number[], type: number, value: ArrayLike<number>): void {
  if (value.length > 254) return;
  parts.push(value.length + 1, type, ...Array.from(value));
}

/** `iBeacon:<uuid>-<major>-<minor>` and the same without its prefix. */
function iBeaconName(value: unknown): { uuid: Uint8Array; major: number; minor: number } | null {
  if (typeof value !== 'string') return null;
  const match = /^(?:iBeacon:)?([0-9a-f-]{32,36})-(\d{1,5})-(\d{1,5})$/i.exec(value);
  if (match === null) return null;
  const uuid = uuidOf(match[1]);
  const major = uint16Of(Number(match[2]));
  const minor = uint16Of(Number(match[3]));
  return uuid === null || major === null || minor === null ? null : { uuid, major, minor };
}

/** `AA:BB:CC:DD:EE:FF` or `AABBCCDDEEFF`; gateways also put other names into the same field. */
function addressOf(value: unknown): string | null {
  if (typeof value !== 'string' || !/^([0-9a-f]{2}[:-]?){5}[0-9a-f]{2}$/i.test(value)) return null;
  const digits = value.toLowerCase().replace(/[:-]/g, '');
  return digits.match(/../g)?.join(':') ?? null;
}

function uuidOf(value: unknown): Uint8Array | null {
  const bytes = typeof value === 'string' ? hexOf(value.replaceAll('-', '')) : null;
  return bytes?.length === 16 ? bytes : null;
}

/** `0xfeaa`, `feaa` or the long form `0000feaa-0000-1000-8000-00805f9b34fb`. */
function uuid16Of(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const match = /^(?:0x)?(?:0000)?([0-9a-f]{4})(?:-0000-1000-8000-00805f9b34fb)?$/i.exec(value);
  return match?.[1] === undefined ? null : Number.parseInt(match[1], 16);
}

/** Numbers, decimal text, or four hexadecimal digits (happy-bubbles writes `"0068"`). */
function uint16Of(value: unknown): number | null {
  const number =
    typeof value === 'string' && /^[0-9a-f]{4}$/i.test(value) ? Number.parseInt(value, 16) : numberOf(value);
  return number !== null && Number.isInteger(number) && number >= 0 && number <= 0xffff ? number : null;
}

/** dBm at 1 m or 0 m; 0 where the gateway does not say. Two hexadecimal digits are a raw byte. */
function powerOf(value: unknown): number {
  if (typeof value === 'string' && /^[0-9a-f]{2}$/i.test(value)) return Number.parseInt(value, 16);
  const number = numberOf(value);
  return number !== null && number >= -128 && number <= 127 ? Math.round(number) : 0;
}

function rssiOf(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && number >= -127 && number <= 20 ? number : null;
}

function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

function hexOf(value: unknown): Uint8Array | null {
  return typeof value === 'string' && value.length <= 4096 ? bytesOfHex(value) : null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
