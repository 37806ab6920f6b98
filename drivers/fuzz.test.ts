/**
 * Ten million random and mutated bytes through every stream driver: nothing throws, nothing grows, and
 * the good packet that follows is seen. The bytes come from a seeded generator: a failure repeats.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeBeaconFrame } from './frames/index.ts';
import { advertsOfMessage, JsonFinder, maxObjectBytes } from './gateway/index.ts';
import { maxHeldBytes } from './hci-uart/h4-framer.ts';
import { H4Framer, HciDecoder } from './hci-uart/index.ts';
import { BtsnoopReader, encodeBtsnoopHeader, encodeBtsnoopRecord } from './replay/index.ts';
import { bytes, concat, extendedReport, legacyReport, resetComplete } from './testing/fixtures.ts';

const totalBytes = 10_000_000;
const captures = '../shared/data/captures';

/** mulberry32: small, fast, the same everywhere. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Own packets, and those of real devices where they are at hand. */
function corpus(): Uint8Array[] {
  const packets = [
    legacyReport,
    extendedReport,
    resetComplete,
    bytes('04 13 05 01 40 00 01 00'),
    bytes('04 ff 03 01 02 03'),
  ];
  if (!existsSync(captures)) return packets;
  for (const name of readdirSync(captures)) {
    if (name.endsWith('.btsnoop')) {
      const reader = new BtsnoopReader((record) => {
        if (record.received) packets.push(record.packet.slice());
      });
      reader.push(new Uint8Array(readFileSync(`${captures}/${name}`)));
    } else {
      const listed = JSON.parse(readFileSync(`${captures}/${name}`, 'utf8')) as {
        packets: { hex: string }[];
      };
      for (const { hex } of listed.packets) packets.push(bytes(hex));
    }
  }
  return packets;
}

/** Random bytes, or packets with bytes changed, lost, doubled, inserted or cut off. */
function stretch(random: (below: number) => number, packets: readonly Uint8Array[]): Uint8Array {
  if (random(4) === 0) return Uint8Array.from({ length: 1 + random(600) }, () => random(256));
  const parts: Uint8Array[] = [];
  for (let i = random(8); i >= 0; i--) {
    const packet = (packets[random(packets.length)] ?? legacyReport).slice();
    const at = random(packet.length);
    switch (random(6)) {
      case 0:
        packet[at] = random(256);
        parts.push(packet);
        break;
      case 1:
        parts.push(packet.slice(0, at));
        break;
      case 2:
        parts.push(packet.slice(at));
        break;
      case 3:
        parts.push(packet.slice(0, at), Uint8Array.of(random(256)), packet.slice(at));
        break;
      case 4:
        parts.push(packet.slice(0, at), packet.slice(at + 1));
        break;
      default:
        parts.push(packet);
    }
  }
  return concat(...parts);
}

describe('ten million bytes', { timeout: 120_000 }, () => {
  it('through hci-uart: no throw, no growth, and the next good packet is seen', () => {
    const random = generator(20261121);
    const packets = corpus();
    // A report that no mutation makes: its address is its own.
    const sentinel = legacyReport.slice();
    sentinel.set([0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6], 7);
    let seen = 0;
    const decoder = new HciDecoder({
      report: (address, _type, data) => {
        decodeBeaconFrame(data);
        if (address === 'e6:e5:e4:e3:e2:e1') seen++;
      },
      answer: () => {},
      hardwareError: () => {},
      unknown: () => {},
      discarded: () => {},
    });
    const framer = new H4Framer({
      packet: (data, start, end) => decoder.packet(data, start, end),
      discarded: () => {},
    });
    let total = 0;
    let sent = 0;
    const missed: string[] = [];
    while (total < totalBytes) {
      const garbage = stretch(random, packets);
      total += garbage.length;
      const cut = random(garbage.length + 1);
      framer.push(garbage.slice(0, cut));
      framer.push(garbage.slice(cut));
      framer.push(sentinel);
      framer.settle();
      sent++;
      if (seen !== sent) {
        missed.push(Buffer.from(garbage).toString('hex'));
        sent = seen;
      }
      expect(framer.heldBytes).toBeLessThanOrEqual(maxHeldBytes);
    }
    expect(missed).toEqual([]);
  });

  it('through a gateway’s log: no throw, no growth, and the next message is seen', () => {
    const random = generator(7);
    const samples = [
      '{"id":"C1:02:03:04:05:06","mac_type":1,"rssi":-75,"manufacturerdata":"4c000215"}\r\n',
      'N: [ MQTT->OMG ]: {"a":{"b":[1,2,{"c":"}"}]},"rssi":"-83","rssi":"-84"}N: end\n',
      '{"msg":"advData","obj":[{"type":4,"dmac":"C10203040506","rssi":-65},{"type":2}]}',
      'plain log text with a { brace and a " quote\r\n',
    ].map((text) => new TextEncoder().encode(text));
    let seen = 0;
    const finder = new JsonFinder({
      object: (value) => {
        for (const advert of advertsOfMessage(value)) decodeBeaconFrame(advert.data);
        if (value.sentinel === true) seen++;
      },
      discarded: () => {},
      text: () => {},
    });
    const sentinel = new TextEncoder().encode('{"sentinel":true}');
    let sent = 0;
    for (let total = 0; total < totalBytes; ) {
      const garbage = stretch(random, samples);
      total += garbage.length;
      finder.push(garbage);
      finder.settle();
      finder.push(sentinel);
      sent++;
      if (seen !== sent) throw new Error(`missed behind ${Buffer.from(garbage).toString('hex')}`);
      expect(finder.heldBytes).toBeLessThanOrEqual(maxObjectBytes);
    }
  });

  it('through the btsnoop reader: no throw, and a file is refused rather than guessed at', () => {
    const random = generator(99);
    const records = corpus()
      .slice(0, 500)
      .map((packet, i) => encodeBtsnoopRecord(packet, true, i));
    for (let total = 0; total < totalBytes; ) {
      const content = stretch(random, records);
      total += content.length;
      const reader = new BtsnoopReader((record) => expect(record.packet.length).toBeLessThanOrEqual(65_553));
      reader.push(encodeBtsnoopHeader());
      reader.push(content);
      reader.end();
    }
  });
});

describe.skipIf(!existsSync(captures))(
  'every truncation of every frame in the captures (skipped where ../shared/data is absent)',
  { timeout: 120_000 },
  () => {
    it('costs no packet that follows', () => {
      const distinct = [...new Set(corpus().map((packet) => Buffer.from(packet).toString('hex')))].map(bytes);
      const missed: string[] = [];
      for (const packet of distinct) {
        for (let length = 1; length < packet.length; length++) {
          let reports = 0;
          const decoder = new HciDecoder({
            report: (address) => {
              if (address === 'e6:e5:e4:e3:e2:e1') reports++;
            },
            answer: () => {},
            hardwareError: () => {},
            unknown: () => {},
            discarded: () => {},
          });
          const framer = new H4Framer({
            packet: (data, at, end) => decoder.packet(data, at, end),
            discarded: () => {},
          });
          const sentinel = legacyReport.slice();
          sentinel.set([0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6], 7);
          framer.push(legacyReport);
          framer.push(packet.slice(0, length));
          framer.push(sentinel);
          framer.settle();
          if (reports !== 1) missed.push(`${length} of ${Buffer.from(packet).toString('hex')}`);
        }
      }
      expect(missed).toEqual([]);
    });
  },
);
