/**
 * H4 bytes → reports with their frames, per second: ours against `@stoprocent/noble` on the same bytes
 * in the same run.
 *
 *   node tests/bench/decode.bench.ts [--json] [--seconds N]
 *
 * Both sides get the same chunks, cut at packet ends, as a serial port delivers them, and hand on one
 * report with its address, RSSI and decoded advertisement for each one heard.
 *
 *   ours    H4Framer (checks and frames) → HciDecoder → decodeBeaconFrame, addresses as text
 *   noble   Hci.onSocketData → Gap.onHciLe…AdvertisingReport → discover. Its framing is left out: its
 *           socket delivers whole packets. `NOBLE_REPORT_ALL_HCI_EVENTS` is set, as a presence scanner
 *           needs each hearing.
 *
 * Rounds of both alternate, and medians are compared, so that a busy machine is unfair to neither.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { decodeBeaconFrame } from '../../drivers/frames/index.ts';
import { H4Framer } from '../../drivers/hci-uart/h4-framer.ts';
import { HciDecoder } from '../../drivers/hci-uart/hci-decoder.ts';
import { BtsnoopReader } from '../../drivers/replay/btsnoop.ts';
import {
  encodeAdvertisingReports,
  encodeExtendedAdvertisingReports,
} from '../../drivers/testing/controller-codec.ts';
import { bytes, eddystoneUidAdvertisement, iBeaconAdvertisement } from '../../drivers/testing/fixtures.ts';

const goal = 5;
const captures = '../shared/data/captures';

process.env.NOBLE_REPORT_ALL_HCI_EVENTS = '1';

interface Corpus {
  name: string;
  packets: Uint8Array[];
}

/** Report events only: both sides ignore the rest. */
function capturedCorpus(): Corpus | null {
  if (!existsSync(captures)) return null;
  const packets: Uint8Array[] = [];
  for (const name of readdirSync(captures).sort()) {
    const content = readFileSync(`${captures}/${name}`);
    if (name.endsWith('.btsnoop')) {
      const reader = new BtsnoopReader((record) => {
        if (record.received) packets.push(record.packet.slice());
      });
      reader.push(new Uint8Array(content));
    } else {
      const { packets: listed } = JSON.parse(content.toString()) as { packets: { hex: string }[] };
      for (const { hex } of listed) packets.push(bytes(hex));
    }
  }
  return { name: 'captures', packets: packets.filter(isReportEvent) };
}

/** A lot as our simulator fills it: beacons, phones, televisions; legacy and extended. */
function ownCorpus(): Corpus {
  const phone = bytes('02 01 1a 0b ff 4c 00 10 06 13 1d 5a 2b 7c 91');
  const television = bytes('02 01 06 03 03 9f fe 0d 09 4c 69 76 69 6e 67 20 72 6f 6f 6d 20 54');
  const adverts = [iBeaconAdvertisement, phone, eddystoneUidAdvertisement, television, phone];
  const packets: Uint8Array[] = [];
  for (let i = 0; i < 2000; i++) {
    const heard = {
      address: `c0:00:00:00:0${i % 10}:${(i % 100).toString().padStart(2, '0')}`,
      addressType: 'random' as const,
      data: adverts[i % adverts.length] as Uint8Array,
      rssiDbm: -40 - (i % 50),
    };
    if (i % 2 === 0) packets.push(encodeAdvertisingReports([heard]));
    else packets.push(...encodeExtendedAdvertisingReports(heard));
  }
  return { name: 'own', packets };
}

function isReportEvent(packet: Uint8Array): boolean {
  return packet[0] === 0x04 && packet[1] === 0x3e && (packet[3] === 0x02 || packet[3] === 0x0d);
}

/** @returns reports seen; what is seen is folded into `sink` so that nothing is optimised away. */
type Round = (chunks: Uint8Array[]) => number;
let sink = 0;

function ours(): Round {
  let reports = 0;
  const decoder = new HciDecoder({
    report: (address, _addressType, data, rssiDbm) => {
      const frame = decodeBeaconFrame(data);
      reports++;
      sink += address.charCodeAt(0) + (rssiDbm ?? 0) + (frame === null ? 0 : frame.code.charCodeAt(3));
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
  return (chunks) => {
    reports = 0;
    for (const chunk of chunks) framer.push(chunk);
    framer.settle();
    return reports;
  };
}

interface NobleGap {
  _discoveries: Record<string, unknown>;
  on(event: 'discover', listener: (...values: unknown[]) => void): void;
}

function noble(): { round: Round; version: string } {
  const require = createRequire(import.meta.url);
  const Hci = require('@stoprocent/noble/lib/hci-socket/hci.js');
  const Gap = require('@stoprocent/noble/lib/hci-socket/gap.js') as new (hci: unknown) => NobleGap;
  const { version } = require('@stoprocent/noble/package.json') as { version: string };
  // Its constructor opens a socket: make the object without it, as its own tests do with a mock.
  const hci = Object.create(Hci.prototype) as { onSocketData(data: Buffer): void };
  const { EventEmitter } = require('node:events') as typeof import('node:events');
  EventEmitter.call(hci as never);
  const gap = new Gap(hci);
  let reports = 0;
  gap.on('discover', (_status, address, _type, _connectable, advertisement, rssi) => {
    reports++;
    const { manufacturerData } = advertisement as { manufacturerData?: Buffer };
    sink += String(address).charCodeAt(0) + Number(rssi) + (manufacturerData?.length ?? 0);
  });
  const round: Round = (chunks) => {
    reports = 0;
    gap._discoveries = {};
    for (const chunk of chunks) hci.onSocketData(chunk as Buffer);
    return reports;
  };
  return { round, version };
}

interface Measured {
  reports: number;
  perSecond: number[];
}

function measure(round: Round, chunks: Uint8Array[], repeat: number): { reports: number; perSecond: number } {
  const startedAt = performance.now();
  let reports = 0;
  for (let i = 0; i < repeat; i++) reports += round(chunks);
  return { reports: reports / repeat, perSecond: (reports / (performance.now() - startedAt)) * 1000 };
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function compare(corpus: Corpus, seconds: number, peer: { round: Round; version: string }) {
  const chunks = corpus.packets;
  const buffers = chunks.map((chunk) => Buffer.from(chunk));
  const mine = ours();
  // Warm both up, and see that they hear the same.
  const silent = console.warn;
  console.warn = () => {};
  const heard = { ours: 0, peer: 0 };
  for (let i = 0; i < 20; i++) {
    heard.ours = mine(chunks);
    heard.peer = peer.round(buffers);
  }
  const results: Record<'ours' | 'peer', Measured> = {
    ours: { reports: heard.ours, perSecond: [] },
    peer: { reports: heard.peer, perSecond: [] },
  };
  const endAt = performance.now() + seconds * 1000;
  while (performance.now() < endAt || results.peer.perSecond.length < 5) {
    results.ours.perSecond.push(measure(mine, chunks, 5).perSecond);
    results.peer.perSecond.push(measure(peer.round, buffers, 1).perSecond);
  }
  console.warn = silent;
  return results;
}

const args = process.argv.slice(2);
const seconds = Number(args[args.indexOf('--seconds') + 1] || 0) || 4;
const peer = noble();
const corpus = capturedCorpus() ?? ownCorpus();
const { ours: mine, peer: theirs } = compare(corpus, seconds, peer);
const value = Math.round(median(mine.perSecond));
const peerValue = Math.round(median(theirs.perSecond));
const ratio = Math.round((value / peerValue) * 100) / 100;

if (args.includes('--json')) {
  console.log(
    JSON.stringify({
      bench: 'decode',
      ours: value,
      peer: `@stoprocent/noble ${peer.version}`,
      peerValue,
      ratio,
      unit: 'reports/s',
      goal,
      met: ratio >= goal,
      corpus: corpus.name,
      reports: mine.reports,
      peerReports: theirs.reports,
    }),
  );
} else {
  console.log(
    `decode: ${value} reports/s, noble ${peerValue}: ${ratio} times it (goal ${goal}), on ${corpus.name}`,
  );
}
if (!Number.isFinite(sink)) console.error('nothing was decoded');
