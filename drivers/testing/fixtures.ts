/** Packets made by this project for its own tests; every byte is explained. No radio address here belongs to a device. */
import { bytesOfHex } from '../frames/hex.ts';

/** Hex with comments (`# …` to the end of the line) → bytes. */
export function bytes(text: string): Uint8Array {
  const parsed = bytesOfHex(text.replace(/#.*$/gm, ''));
  if (parsed === null) throw new Error('a fixture is not hexadecimal');
  return parsed;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export const iBeaconAdvertisement = bytes(`
  02 01 06            # flags: general discoverable, no BR/EDR
  1a ff 4c 00         # 26 bytes, manufacturer data, Apple
  02 15               # iBeacon, 21 bytes follow
  00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff   # UUID
  00 07               # major 7
  01 02               # minor 258
  c5                  # measured power −59 dBm at 1 m
`);
export const iBeaconCode = '00112233445566778899aabbccddeeff00070102';

export const eddystoneUidAdvertisement = bytes(`
  02 01 06            # flags
  03 03 aa fe         # complete list of 16-bit UUIDs: 0xFEAA
  17 16 aa fe         # 23 bytes, service data of 0xFEAA
  00 ee               # UID, −18 dBm at 0 m
  a0 a1 a2 a3 a4 a5 a6 a7 a8 a9   # namespace
  00 00 00 00 00 2a   # instance
  00 00               # reserved
`);
export const eddystoneUidCode = 'a0a1a2a3a4a5a6a7a8a900000000002a';

export const legacyReport = concat(
  bytes(`
  04 3e 2a            # event, LE Meta, 42 bytes
  02 01               # advertising report, one of them
  03 01               # ADV_NONCONN_IND, random address
  06 05 04 03 02 c1   # c1:02:03:04:05:06, least significant first
  1e                  # 30 bytes of data
`),
  iBeaconAdvertisement,
  bytes('b5 # −75 dBm'),
);

export const extendedReport = concat(
  bytes(`
  04 3e 38            # event, LE Meta, 56 bytes
  0d 01               # extended advertising report, one of them
  10 00               # a legacy ADV_NONCONN_IND, data complete
  01                  # random address
  06 05 04 03 02 c1   # c1:02:03:04:05:06
  01 00               # primary PHY LE 1M, no secondary
  ff                  # no advertising set
  7f                  # TX power unknown
  b5                  # −75 dBm
  00 00               # no periodic advertising
  00 00 00 00 00 00 00   # no direct address
  1e                  # 30 bytes of data
`),
  iBeaconAdvertisement,
);

/** Command Complete of Reset, status 0. */
export const resetComplete = bytes('04 0e 04 01 03 0c 00');
