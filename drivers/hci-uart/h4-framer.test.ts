import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { bytes, concat, extendedReport, legacyReport, resetComplete } from '../testing/fixtures.ts';
import { H4Framer, maxHeldBytes } from './h4-framer.ts';

const captured = '../shared/data/captures/ble_monitor_hci_packets.json';
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');

let packets: string[];
let discarded: { bytes: number; reason: string }[];
let framer: H4Framer;

function newFramer(inStep = true): H4Framer {
  packets = [];
  discarded = [];
  return new H4Framer(
    {
      packet: (data, start, end) => packets.push(hex(data.subarray(start, end))),
      discarded: (count, reason) => discarded.push({ bytes: count, reason }),
    },
    inStep,
  );
}

const discardedBytes = () => discarded.reduce((sum, each) => sum + each.bytes, 0);

describe('the H4 framer', () => {
  beforeEach(() => {
    framer = newFramer();
  });

  it('hands on a whole packet at once, without waiting for the next', () => {
    framer.push(legacyReport);
    expect(packets).toEqual([hex(legacyReport)]);
    framer.end();
    expect(packets).toHaveLength(1);
    expect(discarded).toEqual([]);
  });

  it.each([
    ['legacy report', legacyReport],
    ['extended report', extendedReport],
    ['command answer', resetComplete],
  ])('puts a %s together wherever it is split', (_what, packet) => {
    for (let split = 0; split <= packet.length; split++) {
      framer = newFramer();
      framer.push(packet.slice(0, split));
      framer.push(packet.slice(split));
      expect(packets).toEqual([hex(packet)]);
      expect(discarded).toEqual([]);
    }
  });

  it('puts packets together byte by byte', () => {
    const all = concat(legacyReport, resetComplete, extendedReport, legacyReport);
    for (const byte of all) framer.push(Uint8Array.of(byte));
    expect(packets).toEqual([legacyReport, resetComplete, extendedReport, legacyReport].map(hex));
    expect(discarded).toEqual([]);
  });

  it('finds many packets in one chunk', () => {
    framer.push(concat(...Array.from({ length: 1000 }, () => legacyReport)));
    expect(packets).toHaveLength(1000);
    expect(discarded).toEqual([]);
  });

  it('discards garbage in front and counts it', () => {
    framer.push(concat(bytes('00 ff 55 aa 10'), legacyReport));
    expect(packets).toEqual([hex(legacyReport)]);
    expect(discarded).toEqual([{ bytes: 5, reason: 'garbage' }]);
  });

  it.each([
    ['an unknown event of 255 bytes', '04 77 ff'],
    ['a vendor event of 255 bytes', '04 ff ff'],
    ['a data packet of 1,000 bytes', '02 40 00 e8 03'],
    ['a data packet of 65,535 bytes', '02 40 00 ff ff'],
    ['an isochronous packet', '05 01 00 40 01'],
    ['a report event that ends nowhere', '04 3e f0 02 01 00 00'],
    ['a command answer of 200 bytes', '04 0e c8 01'],
    ['half a report', hex(legacyReport.slice(0, 20))],
    ['half an extended report', hex(extendedReport.slice(0, 40))],
  ])('loses no good packet to garbage that looks like %s', (_what, garbage) => {
    // Six packets behind, so that the claimed length swallows some and ends in the middle of one.
    const good = [legacyReport, extendedReport, legacyReport, resetComplete, extendedReport, legacyReport];
    framer.push(concat(legacyReport, bytes(garbage), ...good));
    framer.settle();
    expect(packets).toEqual([legacyReport, ...good].map(hex));
    expect(discardedBytes()).toBe(bytes(garbage).length);
  });

  it('sees the packet behind a half one when the line falls quiet', () => {
    framer.push(legacyReport.slice(0, 20));
    expect(framer.isUndecided).toBe(true);
    framer.settle();
    framer.push(legacyReport);
    expect(packets).toEqual([hex(legacyReport)]);
    expect(discardedBytes()).toBe(20);
  });

  it('skips data packets by their length while in step', () => {
    const acl = bytes(`02 40 20 0c 00 08 00 04 00 04 3e 02 01 00 00 00 00`);
    const sco = bytes('03 40 00 03 04 3e 04');
    const iso = bytes('05 40 20 04 00 04 04 04 04');
    framer.push(concat(legacyReport, acl, legacyReport, sco, legacyReport, iso, legacyReport));
    framer.end();
    expect(packets.filter((packet) => packet === hex(legacyReport))).toHaveLength(4);
    expect(packets).toContain(hex(acl));
    expect(discarded).toEqual([]);
  });

  it('hands on events it does not know while in step, for the counters', () => {
    const unknownEvent = bytes('04 77 02 01 02');
    framer.push(concat(legacyReport, unknownEvent, legacyReport));
    expect(packets).toEqual([legacyReport, unknownEvent, legacyReport].map(hex));
  });

  it('keeps a report whose advertising data is odd, once its end is confirmed', () => {
    const odd = bytes('04 3e 10 02 01 00 00 06 05 04 03 02 01 04 02 01 06 09 c0');
    framer.push(odd);
    expect(packets).toEqual([]);
    framer.push(legacyReport);
    expect(packets).toEqual([odd, legacyReport].map(hex));
  });

  it('keeps a good report that is followed by garbage', () => {
    framer.push(concat(legacyReport, bytes('ff ff ff ff ff ff'), extendedReport));
    expect(packets).toEqual([legacyReport, extendedReport].map(hex));
    expect(discardedBytes()).toBe(6);
  });

  it('reports a packet that the close cut off', () => {
    framer.push(concat(legacyReport, legacyReport.slice(0, 11)));
    framer.end();
    expect(packets).toHaveLength(1);
    expect(discardedBytes()).toBe(11);
    expect(discarded[0]?.reason).toBe('cut-off');
  });

  it('joined in the middle of a packet finds the next one', () => {
    framer = newFramer(false);
    framer.push(concat(legacyReport.slice(17), extendedReport, legacyReport));
    expect(packets).toEqual([extendedReport, legacyReport].map(hex));
  });

  it('never holds more than a packet and its overlap, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 40 }), (chunks) => {
        framer = newFramer(false);
        let total = 0;
        for (const chunk of chunks) {
          framer.push(chunk);
          total += chunk.length;
          expect(framer.heldBytes).toBeLessThanOrEqual(maxHeldBytes);
        }
        framer.end();
        const handedOn = packets.reduce((sum, packet) => sum + packet.length / 2, 0);
        expect(handedOn + discardedBytes()).toBeGreaterThanOrEqual(total);
      }),
      { numRuns: 300 },
    );
  });

  it('sees the good packet behind any garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (garbage, inStep) => {
        framer = newFramer(inStep);
        framer.push(garbage);
        framer.push(concat(extendedReport, legacyReport));
        framer.end();
        expect(packets).toContain(hex(extendedReport));
        expect(packets).toContain(hex(legacyReport));
      }),
      { numRuns: 3000 },
    );
  });

  it('works in time proportional to the bytes, for the worst garbage too', () => {
    // Each byte could begin an event; a framer that rescans everything held would take minutes.
    const worst = new Uint8Array(300_000).fill(0x04);
    const startedAt = performance.now();
    for (let at = 0; at < worst.length; at += 7) framer.push(worst.slice(at, at + 7));
    framer.end();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(discardedBytes() + packets.reduce((sum, packet) => sum + packet.length / 2, 0)).toBe(worst.length);
  });
});

describe.skipIf(!existsSync(captured))(
  'the framer on 287 packets of real devices (skipped where ../shared/data is absent)',
  () => {
    const real = existsSync(captured)
      ? (JSON.parse(readFileSync(captured, 'utf8')) as { packets: { hex: string }[] }).packets.map(
          ({ hex }) => bytes(hex),
        )
      : [];

    it('hands on every one of them, alone and in a row', () => {
      framer = newFramer();
      for (const packet of real) framer.push(packet);
      framer.end();
      expect(packets).toEqual(real.map(hex));
      framer = newFramer();
      framer.push(concat(...real));
      framer.end();
      expect(packets).toEqual(real.map(hex));
      expect(discarded).toEqual([]);
    });

    it('sees the next packet behind every truncation of every one of them', () => {
      const missed: string[] = [];
      for (const packet of real) {
        for (let length = 1; length < packet.length; length++) {
          framer = newFramer();
          framer.push(concat(legacyReport, packet.slice(0, length)));
          framer.push(extendedReport);
          framer.push(legacyReport);
          framer.end();
          if (!packets.includes(hex(extendedReport)) || packets.at(-1) !== hex(legacyReport)) {
            missed.push(`${length} of ${hex(packet)}`);
          }
        }
      }
      expect(missed).toEqual([]);
    });
  },
);
