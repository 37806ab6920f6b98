/**
 * Ten million random and mutated bytes through every stream driver: nothing throws, nothing grows, and
 * the good packet that follows is seen. The bytes come from a seeded generator: a failure repeats.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type Clock, ManualClock } from '../shared/domain/index.ts';
import { decodeBeaconFrame } from './frames/index.ts';
import { advertsOfMessage, GatewayReceiver, JsonFinder, maxObjectBytes } from './gateway/index.ts';
import { maxHeldBytes } from './hci-uart/h4-framer.ts';
import { H4Framer, HciDecoder, HciUartReceiver } from './hci-uart/index.ts';
import type { AdvertisingReport, Receiver } from './receiver.ts';
import { BtsnoopReader, encodeBtsnoopHeader, encodeBtsnoopRecord } from './replay/index.ts';
import { createMemoryLinePair, type SerialLine } from './serial/index.ts';
import { bytes, concat, extendedReport, legacyReport, resetComplete } from './testing/fixtures.ts';
import { VirtualController } from './testing/virtual-controller.ts';

const totalBytes = 10_000_000;
const captures = '../shared/data/captures';
const gateways = '../shared/data/gateway';

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

/** Own messages, and those of real gateways where they are at hand. */
function gatewaySamples(): Uint8Array[] {
  const texts = [
    '{"id":"C1:02:03:04:05:06","mac_type":1,"rssi":-75,"manufacturerdata":"4c000215"}\r\n',
    'N: [ MQTT->OMG ]: {"a":{"b":[1,2,{"c":"}"}]},"rssi":"-83","rssi":"-84"}N: end\n',
    '{"msg":"advData","obj":[{"type":4,"dmac":"C10203040506","rssi":-65},{"type":2}]}',
    'plain log text with a { brace and a " quote\r\n',
  ];
  for (const name of ['mqtt_gateway_samples.jsonl', 'openmqttgateway_serial_log.txt']) {
    if (!existsSync(`${gateways}/${name}`)) continue;
    const lines = readFileSync(`${gateways}/${name}`, 'utf8').split('\n');
    texts.push(...lines.filter((line) => line !== '').map((line) => `${line}\n`));
  }
  return texts.map(utf8);
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

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
    const samples = gatewaySamples();
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

  it('through a busy gateway’s log, without a pause in it: seen with the message after it at the latest', () => {
    const random = generator(11);
    const samples = gatewaySamples();
    let seen = 0;
    const finder = new JsonFinder({
      object: (value) => {
        if (value.sentinel === true) seen++;
      },
      discarded: () => {},
      text: () => {},
    });
    for (let total = 0; total < totalBytes; ) {
      const garbage = stretch(random, samples);
      total += garbage.length;
      seen = 0;
      finder.push(garbage);
      finder.push(utf8('{"sentinel":true}'));
      finder.push(utf8('{"sentinel":true}'));
      if (seen !== 2) throw new Error(`missed behind ${Buffer.from(garbage).toString('hex')}`);
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

describe('ten million bytes through the drivers as they run', { timeout: 120_000 }, () => {
  /** Bytes of heap that are still in use. */
  function heapBytes(): number {
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    return process.memoryUsage().heapUsed;
  }
  const maxGrownBytes = 8 * 1024 * 1024;

  /** A receiver at the end of a cable that says whatever it is told; plugged in again when it gives up. */
  async function bombard(
    make: (line: SerialLine, clock: Clock) => Receiver,
    greet: (device: SerialLine) => Promise<void>,
    random: (below: number) => number,
    samples: readonly Uint8Array[],
    good: Uint8Array,
    isGood: (report: AdvertisingReport) => boolean,
  ) {
    const clock = new ManualClock();
    const counts = { sent: 0, seen: 0, given: 0, reasons: new Set<string>() };
    const plug = async () => {
      const { host, device } = createMemoryLinePair();
      const receiver = make(host, clock);
      receiver.subscribe((event) => {
        if (event.type === 'report' && isGood(event.report)) counts.seen++;
        if (event.type === 'health' && event.health.state === 'failed') {
          counts.reasons.add(event.health.reason.code);
        }
      });
      const greeting = greet(device);
      const opened = await receiver.open();
      await greeting;
      if (!opened.ok) throw new Error(opened.error.text);
      return { receiver, device };
    };
    let link = await plug();
    let before = 0;
    for (let total = 0; total < totalBytes; ) {
      if (before === 0 && total > totalBytes / 10) before = heapBytes();
      const garbage = stretch(random, samples);
      total += garbage.length;
      await link.device.write(garbage);
      // Silence ends whatever was begun; then somebody is heard.
      clock.advance(2_000);
      if (link.receiver.health().state === 'healthy') {
        counts.sent++;
        await link.device.write(good);
        clock.advance(2_000);
      }
      if (link.receiver.health().state !== 'healthy') {
        counts.given++;
        await link.receiver.close();
        link = await plug();
      }
    }
    const grown = heapBytes() - before;
    await link.receiver.close();
    return { ...counts, grown };
  }

  it('hci-uart: gives up only for a reason it can name, hears what follows, and does not grow', async () => {
    const sentinel = legacyReport.slice();
    sentinel.set([0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6], 7);
    const { sent, seen, given, reasons, grown } = await bombard(
      (line, clock) => new HciUartReceiver({ id: 'fuzz', line, clock }),
      (device) => new VirtualController({ extendedScanning: false }).attach(device),
      generator(31),
      corpus(),
      sentinel,
      (report) => report.address === 'e6:e5:e4:e3:e2:e1',
    );
    expect([...reasons].filter((reason) => reason !== 'controller-crashed')).toEqual([]);
    expect(seen).toBe(sent);
    expect(sent).toBeGreaterThan(given);
    expect(grown).toBeLessThan(maxGrownBytes);
  });

  it('gateway: gives up only for a reason it can name, hears what follows, and does not grow', async () => {
    const good = utf8('{"id":"E1:E2:E3:E4:E5:E6","mac_type":1,"rssi":-75,"manufacturerdata":"4c000215"}\r\n');
    const { sent, seen, reasons, grown } = await bombard(
      (line, clock) => new GatewayReceiver({ id: 'fuzz', line, clock }),
      async (device) => {
        await device.open({ bytes: () => {}, lost: () => {} });
      },
      generator(37),
      gatewaySamples(),
      good,
      (report) => report.address === 'e1:e2:e3:e4:e5:e6',
    );
    expect([...reasons].filter((reason) => reason !== 'not-a-gateway')).toEqual([]);
    expect(seen).toBe(sent);
    expect(sent).toBeGreaterThan(1_000);
    expect(grown).toBeLessThan(maxGrownBytes);
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

    it('of a capture file gives every whole record before it, and says that the rest is missing', () => {
      for (const name of readdirSync(captures).filter((file) => file.endsWith('.btsnoop'))) {
        const content = new Uint8Array(readFileSync(`${captures}/${name}`));
        const ends = recordEnds(content);
        // Each cut in the first records, and a spread of them in the rest.
        const near = ends[Math.min(40, ends.length - 1)] ?? 0;
        for (let length = 16; length < content.length; length += length < near ? 1 : 997) {
          let records = 0;
          const reader = new BtsnoopReader(() => records++);
          reader.push(content.subarray(0, length));
          const ended = reader.end();
          const whole = ends.filter((end) => end <= length).length;
          expect(records, `${name} cut at ${length}`).toBe(whole);
          expect(ended.ok, `${name} cut at ${length}`).toBe(length === 16 || ends.includes(length));
        }
      }
    });
  },
);

describe('every truncation of every message that gateways print', { timeout: 120_000 }, () => {
  it.each([
    ['after a pause', true, 1],
    ['at once, when one more has come', false, 2],
  ])('costs no message that follows %s', (_when, pause, messages) => {
    const missed: string[] = [];
    for (const sample of gatewaySamples()) {
      for (let length = 1; length < sample.length; length++) {
        let seen = 0;
        const finder = new JsonFinder({
          object: (value) => {
            if (value.sentinel === true) seen++;
          },
          discarded: () => {},
          text: () => {},
        });
        finder.push(sample.subarray(0, length));
        if (pause) finder.settle();
        for (let i = 0; i < messages; i++) finder.push(utf8('\r\n{"sentinel":true}\r\n'));
        if (seen !== messages) missed.push(`${length} of ${new TextDecoder().decode(sample)}`);
      }
    }
    expect(missed).toEqual([]);
  });
});

/** Where each record of a btsnoop file ends. */
function recordEnds(content: Uint8Array): number[] {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const ends: number[] = [];
  for (let at = 16; at + 24 <= content.length; ) {
    at += 24 + view.getUint32(at + 4);
    if (at > content.length) break;
    ends.push(at);
  }
  return ends;
}
