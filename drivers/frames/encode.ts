/**
 * Beacon code → advertising data, as a jack would broadcast it. The other direction of
 * `beacon-frame.ts`, for the simulator and for tests.
 */
import { type BeaconCode, beaconKindOf, codeHexOf, throwIllegalValue } from '../../shared/domain/index.ts';
import { bytesOfHex } from './hex.ts';

/** Flags: LE General Discoverable, BR/EDR not supported (Core Spec Supplement Part A 1.3). */
const flags = [0x02, 0x01, 0x06];
/** AltBeacons name a company; 0x0118 is Radius Networks, who wrote the specification. */
const altBeaconCompany = [0x18, 0x01];

/**
 * @param powerDbm −100 to 20, at 0 m for Eddystone and at 1 m for the others.
 * @throws RangeError for a power outside one signed byte.
 */
export function encodeBeaconFrame(code: BeaconCode, powerDbm: number): Uint8Array {
  if (!Number.isInteger(powerDbm) || powerDbm < -128 || powerDbm > 127) {
    throw new RangeError(`power ${powerDbm} dBm does not fit one byte`);
  }
  const id = bytesOfHex(codeHexOf(code)) ?? new Uint8Array();
  const power = powerDbm & 0xff;
  const kind = beaconKindOf(code);
  switch (kind) {
    case 'ibeacon':
      return Uint8Array.from([...flags, 0x1a, 0xff, 0x4c, 0x00, 0x02, 0x15, ...id, power]);
    case 'altbeacon':
      return Uint8Array.from([...flags, 0x1b, 0xff, ...altBeaconCompany, 0xbe, 0xac, ...id, power, 0x00]);
    case 'eddystone-uid':
      return Uint8Array.from([
        ...flags,
        0x03,
        0x03,
        0xaa,
        0xfe,
        0x17,
        0x16,
        0xaa,
        0xfe,
        0x00,
        power,
        ...id,
        0x00,
        0x00,
      ]);
    case 'eddystone-eid':
      return Uint8Array.from([...flags, 0x03, 0x03, 0xaa, 0xfe, 0x0d, 0x16, 0xaa, 0xfe, 0x30, power, ...id]);
    default:
      return throwIllegalValue(kind);
  }
}
