/**
 * What the jack's firmware puts on the air, byte by byte. Written from the published layouts and not
 * from our decoder, so that a test which decodes it proves both.
 *
 *   02 01 06                     flags: general discoverable, LE only (Core Spec Supplement Part A 1.3)
 *   03 03 aa fe                  Eddystone's service UUID 0xFEAA
 *   LL 16 aa fe 00 power …       Eddystone-UID: namespace ×10, instance ×6, reserved ×2
 *   LL 16 aa fe 30 power …       Eddystone-EID: identifier ×8          (github.com/google/eddystone)
 *   1a ff 4c 00 02 15 … power    iBeacon: UUID ×16, major ×2, minor ×2 (Apple, Proximity Beacon R1)
 *   1b ff 18 01 be ac … power 00 AltBeacon: id ×20                     (github.com/AltBeacon/spec)
 */
import { type BeaconCode, beaconKindOf, codeHexOf, throwIllegalValue } from '../../shared/domain/index.ts';

const flags = [0x02, 0x01, 0x06];
const eddystoneUuid = [0x03, 0x03, 0xaa, 0xfe];
/** Loss over the first metre at 2.4 GHz as Eddystone reckons it: power at 0 m = at 1 m + 41 dB. */
const firstMetreDb = 41;

/** @param powerAt1mDbm calibrated level at 1 m, whole dBm. */
export function advertisingData(code: BeaconCode, powerAt1mDbm: number): Uint8Array {
  const id = Buffer.from(codeHexOf(code), 'hex');
  const at1m = Math.round(powerAt1mDbm) & 0xff;
  const at0m = Math.round(powerAt1mDbm + firstMetreDb) & 0xff;
  const kind = beaconKindOf(code);
  switch (kind) {
    case 'eddystone-uid':
      return Uint8Array.from([...flags, ...eddystoneUuid, 0x17, 0x16, 0xaa, 0xfe, 0x00, at0m, ...id, 0, 0]);
    case 'eddystone-eid':
      return Uint8Array.from([...flags, ...eddystoneUuid, 0x0d, 0x16, 0xaa, 0xfe, 0x30, at0m, ...id]);
    case 'ibeacon':
      return Uint8Array.from([...flags, 0x1a, 0xff, 0x4c, 0x00, 0x02, 0x15, ...id, at1m]);
    case 'altbeacon':
      return Uint8Array.from([...flags, 0x1b, 0xff, 0x18, 0x01, 0xbe, 0xac, ...id, at1m, 0x00]);
    default:
      return throwIllegalValue(kind);
  }
}
