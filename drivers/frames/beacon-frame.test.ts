import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beaconKinds, codeHexLength } from '../../shared/domain/index.ts';
import { bytes, eddystoneUidAdvertisement, iBeaconAdvertisement } from '../testing/fixtures.ts';
import { beaconCodeOf, decodeBeaconFrame, encodeBeaconFrame, FrameCounter } from './index.ts';

const vectors = '../shared/data/vectors/beacon_frames.json';

describe('a beacon frame', () => {
  it('is read from an iBeacon: uuid, major and minor are the code', () => {
    expect(decodeBeaconFrame(iBeaconAdvertisement)).toEqual({
      kind: 'ibeacon',
      code: '00112233445566778899aabbccddeeff00070102',
      measuredPower: -59,
      major: 7,
      minor: 258,
    });
  });

  it('is read from an Eddystone-UID: namespace and instance are the code', () => {
    expect(decodeBeaconFrame(eddystoneUidAdvertisement)).toEqual({
      kind: 'eddystone-uid',
      code: 'a0a1a2a3a4a5a6a7a8a900000000002a',
      txPowerAt0m: -18,
    });
  });

  it('is read from an Eddystone-UID whose two reserved bytes are left away', () => {
    const short = bytes('15 16 aa fe 00 ee a0a1a2a3a4a5a6a7a8a9 00000000002a');
    expect(decodeBeaconFrame(short)?.code).toBe('a0a1a2a3a4a5a6a7a8a900000000002a');
  });

  it('is read from an Eddystone-EID: its eight bytes are the code', () => {
    const eid = bytes('0d 16 aa fe 30 e3 01 23 45 67 89 ab cd ef');
    expect(decodeBeaconFrame(eid)).toEqual({
      kind: 'eddystone-eid',
      code: '0123456789abcdef',
      txPowerAt0m: -29,
    });
  });

  it('is read from an AltBeacon of any company, with or without its last byte', () => {
    const id = '000102030405060708090a0b0c0d0e0f10111213';
    const whole = decodeBeaconFrame(bytes(`1b ff 18 01 be ac ${id} c5 09`));
    expect(whole).toEqual({
      kind: 'altbeacon',
      code: id,
      measuredPower: -59,
      companyId: 0x0118,
      reserved: 9,
    });
    expect(decodeBeaconFrame(bytes(`1a ff 18 01 be ac ${id} c5`))).toEqual({ ...whole, reserved: null });
  });

  it('is read from an iBeacon with a battery byte behind it (length 0x1b)', () => {
    const extra = bytes(`1b ff 4c 00 02 15 ${'11'.repeat(20)} c8 5e`);
    expect(decodeBeaconFrame(extra)?.code).toBe('11'.repeat(20));
  });

  it('is found behind padding and other structures', () => {
    const advert = bytes(`02 01 06 00 00 05 09 6a 61 63 6b 0d 16 aa fe 30 e3 0123456789abcdef`);
    expect(decodeBeaconFrame(advert)?.kind).toBe('eddystone-eid');
  });

  it.each([
    ['Find My Device network (0xFEAA type 0x40)', `18 16 aa fe 40 ${'00'.repeat(20)}`],
    ['Eddystone-URL', '13 16 aa fe 10 f8 03 67 69 74 68 75 62 00 63 69 74 72 75 7a'],
    ['Eddystone telemetry', '11 16 aa fe 20 00 0b 18 47 11 00 00 14 67 00 00 2a c4'],
    ['an UID cut by one byte', `14 16 aa fe 00 ee ${'aa'.repeat(15)}`],
    ['an EID cut by one byte', '0c 16 aa fe 30 e3 01 23 45 67 89 ab cd'],
    ['an iBeacon cut by one byte', `19 ff 4c 00 02 15 ${'11'.repeat(20)}`],
    ['an iBeacon layout of another company', `1a ff 4d 00 02 15 ${'11'.repeat(20)} c5`],
    ['an Apple message of another type', `1a ff 4c 00 12 15 ${'11'.repeat(20)} c5`],
    ['an AltBeacon cut short', `16 ff 18 01 be ac ${'22'.repeat(17)}`],
    ['service data of another service', `0d 16 6f fd 30 e3 0123456789abcdef`],
    ['a structure that overruns the data', `1a ff 4c 00 02 15 ${'11'.repeat(20)}`],
    ['nothing', ''],
    ['one byte', '1a'],
  ])('is not seen in %s', (_what, hex) => {
    expect(decodeBeaconFrame(bytes(hex))).toBeNull();
  });

  it('looks only between start and end', () => {
    const inside = bytes(`ff ff ${Buffer.from(eddystoneUidAdvertisement).toString('hex')} ff`);
    expect(decodeBeaconFrame(inside, 2, inside.length - 1)?.kind).toBe('eddystone-uid');
    expect(decodeBeaconFrame(inside, 2, inside.length - 4)).toBeNull();
  });

  it('of any bytes at all is a frame with a code of its kind, or null; nothing throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        const frame = decodeBeaconFrame(data);
        if (frame !== null) {
          expect(frame.code).toHaveLength(codeHexLength[frame.kind]);
          expect(beaconCodeOf(frame)).toBe(`${frame.kind}:${frame.code}`);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('comes back as it was encoded, for every kind, code and power', () => {
    const code = fc
      .constantFrom(...beaconKinds)
      .chain((kind) =>
        fc
          .uint8Array({ minLength: codeHexLength[kind] / 2, maxLength: codeHexLength[kind] / 2 })
          .map((id) => ({ kind, code: Buffer.from(id).toString('hex') })),
      );
    fc.assert(
      fc.property(code, fc.integer({ min: -128, max: 127 }), ({ kind, code }, power) => {
        const data = encodeBeaconFrame(beaconCodeOf({ kind, code } as never), power);
        expect(data.length).toBeLessThanOrEqual(31);
        const frame = decodeBeaconFrame(data);
        expect(frame).toMatchObject({ kind, code });
        expect(frame).toHaveProperty(kind.startsWith('eddystone') ? 'txPowerAt0m' : 'measuredPower', power);
      }),
    );
  });
});

describe('the frame counter', () => {
  it('counts frames by kind and everything else as ignored', () => {
    const counter = new FrameCounter();
    counter.decode(iBeaconAdvertisement);
    counter.decode(bytes('02 01 06'));
    counter.decode(bytes('1a'));
    expect(counter.counts()).toEqual({
      byKind: { 'eddystone-uid': 0, 'eddystone-eid': 0, ibeacon: 1, altbeacon: 0 },
      ignored: 2,
    });
    expect(counter.total).toBe(3);
  });
});

interface Vector {
  id: string;
  kind: 'ad' | 'hci-h4' | 'service-data' | 'url-body';
  hex: string;
  expect: { type?: string; frame?: string; [field: string]: unknown } | string | null;
}

describe.skipIf(!existsSync(vectors))('the published frames (skipped where ../shared/data is absent)', () => {
  const { vectors: all } = existsSync(vectors)
    ? (JSON.parse(readFileSync(vectors, 'utf8')) as { vectors: Vector[] })
    : { vectors: [] };

  it('are 49', () => expect(all).toHaveLength(49));

  it.each(all.filter((vector) => vector.kind !== 'hci-h4'))('$id decodes as published', (vector) => {
    // Service data and URL bodies stand without their structure: give them the header they had.
    const hex = vector.kind === 'service-data' ? serviceData(vector.hex) : vector.hex;
    expect(decodeBeaconFrame(bytes(hex))).toEqual(expectedFrame(vector.expect));
  });

  it.each(all.filter((vector) => vector.kind === 'hci-h4'))(
    '$id carries the frame as published',
    (vector) => {
      // Type, event, length, subevent, count, event type, address type, address, length; RSSI behind.
      const packet = bytes(vector.hex);
      expect(decodeBeaconFrame(packet, 14, packet.length - 1)).toEqual(expectedFrame(vector.expect));
    },
  );
});

function serviceData(hex: string): string {
  const length = (hex.length / 2 + 3).toString(16).padStart(2, '0');
  return `${length}16aafe${hex}`;
}

function expectedFrame(expected: Vector['expect']): unknown {
  if (expected === null || typeof expected === 'string') return null;
  const kind = String(expected.frame ?? expected.type);
  const field = (name: string) => String(expected[name]).replaceAll('-', '');
  const uint16 = (name: string) => Number(expected[name]).toString(16).padStart(4, '0');
  if (kind.startsWith('ibeacon')) {
    return expect.objectContaining({
      kind: 'ibeacon',
      code: field('uuid') + uint16('major') + uint16('minor'),
      measuredPower: expected.tx_power,
    });
  }
  if (kind === 'altbeacon') {
    return expect.objectContaining({
      kind: 'altbeacon',
      code: field('id1') + uint16('id2') + uint16('id3'),
      measuredPower: expected.ref_rssi,
      companyId: expected.mfg,
    });
  }
  if (kind === 'eddystone-uid') {
    return expect.objectContaining({ kind, code: field('namespace') + field('instance') });
  }
  if (kind === 'eddystone-eid') return expect.objectContaining({ kind, code: field('eid') });
  return null;
}
