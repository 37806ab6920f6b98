/**
 * Advertising data → beacon frame.
 *
 *   advertising data = structures of  [length][type][value: length − 1 bytes]   (Core Spec Vol 3 Part C 11)
 *
 *   type 0xFF manufacturer data   4c 00 02 15  uuid×16 major×2 minor×2 power          iBeacon
 *                                 mm mm be ac  id×20 power [reserved]                 AltBeacon
 *   type 0x16 service data        aa fe 00 power namespace×10 instance×6 [rfu×2]      Eddystone-UID
 *                                 aa fe 30 power eid×8                                Eddystone-EID
 *
 * Sources: Apple "Proximity Beacon Specification" R1; AltBeacon 1.0 (github.com/AltBeacon/spec);
 * Eddystone protocol specification (github.com/google/eddystone). Multi-byte numbers inside the
 * identifiers are big-endian, company ids and service UUIDs little-endian.
 */
import { type BeaconCode, type BeaconKind, beaconCode } from '../../shared/domain/index.ts';
import { hexOf } from './hex.ts';

interface FrameBase {
  kind: BeaconKind;
  /** The identifier alone, lower-case hex; {@link beaconCodeOf} makes the product's code of it. */
  code: string;
}

/** Power fields are signed dBm as broadcast: Eddystone at 0 m, the other two at 1 m. */
export type BeaconFrame =
  | (FrameBase & { kind: 'eddystone-uid'; txPowerAt0m: number })
  | (FrameBase & { kind: 'eddystone-eid'; txPowerAt0m: number })
  | (FrameBase & { kind: 'ibeacon'; measuredPower: number; major: number; minor: number })
  | (FrameBase & {
      kind: 'altbeacon';
      measuredPower: number;
      companyId: number;
      /** Null when the beacon leaves the last byte of the layout away. */
      reserved: number | null;
    });

const typeServiceData16 = 0x16;
const typeManufacturerData = 0xff;

// Bytes from the structure's length byte to the end of its last mandatory field, minus one: what
// the length byte must be at least. Longer is taken: iBeacons with a battery byte behind exist.
const iBeaconLength = 0x1a;
const altBeaconLength = 0x1a;
const eddystoneUidLength = 0x15;
const eddystoneEidLength = 0x0d;

/**
 * The first frame of ours in `bytes[start, end)`, or null. Never throws; allocates nothing for an
 * advertisement that is not ours. A structure that overruns the data ends the search.
 */
export function decodeBeaconFrame(bytes: Uint8Array, start = 0, end = bytes.length): BeaconFrame | null {
  let at = start;
  while (at + 1 < end) {
    const length = bytes[at] as number;
    if (length === 0) {
      // Padding. The spec says nothing significant follows, yet scan records that Android and
      // others join (advertisement, zeros, scan response) go on behind it.
      at++;
      continue;
    }
    const next = at + 1 + length;
    if (next > end) return null;
    const type = bytes[at + 1];
    if (type === typeManufacturerData) {
      if (length >= iBeaconLength) {
        const frame = decodeManufacturerData(bytes, at + 2, next);
        if (frame !== null) return frame;
      }
    } else if (type === typeServiceData16 && length >= eddystoneEidLength) {
      const frame = decodeServiceData(bytes, at + 2, length);
      if (frame !== null) return frame;
    }
    at = next;
  }
  return null;
}

/** The code as the rest of the product knows it. */
export function beaconCodeOf(frame: BeaconFrame): BeaconCode {
  return beaconCode(frame.kind, frame.code);
}

function decodeManufacturerData(bytes: Uint8Array, at: number, end: number): BeaconFrame | null {
  const b2 = bytes[at + 2];
  const b3 = bytes[at + 3];
  if (b2 === 0x02 && b3 === 0x15 && bytes[at] === 0x4c && bytes[at + 1] === 0x00) {
    return {
      kind: 'ibeacon',
      code: hexOf(bytes, at + 4, at + 24),
      measuredPower: int8(bytes, at + 24),
      major: uint16be(bytes, at + 20),
      minor: uint16be(bytes, at + 22),
    };
  }
  if (b2 === 0xbe && b3 === 0xac && end - at + 1 >= altBeaconLength) {
    return {
      kind: 'altbeacon',
      code: hexOf(bytes, at + 4, at + 24),
      measuredPower: int8(bytes, at + 24),
      companyId: (bytes[at] as number) | ((bytes[at + 1] as number) << 8),
      reserved: at + 25 < end ? (bytes[at + 25] as number) : null,
    };
  }
  return null;
}

function decodeServiceData(bytes: Uint8Array, at: number, length: number): BeaconFrame | null {
  if (bytes[at] !== 0xaa || bytes[at + 1] !== 0xfe) return null;
  const type = bytes[at + 2];
  if (type === 0x00 && length >= eddystoneUidLength) {
    return { kind: 'eddystone-uid', code: hexOf(bytes, at + 4, at + 20), txPowerAt0m: int8(bytes, at + 3) };
  }
  // Other types on this UUID are no codes of ours: 0x10 URL, 0x20 telemetry, 0x40 Find My Device network.
  if (type === 0x30) {
    return { kind: 'eddystone-eid', code: hexOf(bytes, at + 4, at + 12), txPowerAt0m: int8(bytes, at + 3) };
  }
  return null;
}

function int8(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 24) >> 24;
}

function uint16be(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}
