/**
 * What a lot's receivers heard, kept in a file, so that the judgement can be measured again without the radio
 * (nine tenths of the time): the same scene gives the same tape.
 *
 *   first run   simulator ─▶ heard, truth, seconds ─▶ measured, and written down
 *   later runs  tape ─▶ measured
 *
 * Entries of 16 bytes: time (8), rssi or kind (2), receiver or truth (2), code (4).
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BeaconCode } from '../../../shared/domain/index.ts';
import { runTraffic, type TrafficOptions, type TruthEvent } from '../../../simulator/scenarios/traffic.ts';

const entryBytes = 16;
const second = 1_000;
const truth = 1_001;

interface Head {
  endMs: number;
  codes: BeaconCode[];
  receivers: string[];
  truths: TruthEvent[];
}

/** @param folder where tapes are kept; null = the simulator itself, every time */
export function taped(folder: string | null): (options: TrafficOptions) => number {
  if (folder === null) return runTraffic;
  return (options) => {
    const { seed, arrivals, driveBys, crowd, arrivalEveryMs, driveByEveryMs } = options;
    const scene = JSON.stringify({ seed, arrivals, driveBys, crowd, arrivalEveryMs, driveByEveryMs });
    const name = join(folder, createHash('sha256').update(scene).digest('hex').slice(0, 16));
    mkdirSync(folder, { recursive: true });
    return existsSync(`${name}.json`) ? play(name, options) : record(name, options);
  };
}

function record(name: string, options: TrafficOptions): number {
  const head: Head = { endMs: 0, codes: [], receivers: [], truths: [] };
  const numbers = new Map<string, number>();
  const number = <T extends string>(list: T[], word: T): number => {
    const known = numbers.get(word);
    if (known !== undefined) return known;
    numbers.set(word, list.length);
    return list.push(word) - 1;
  };
  let tape = Buffer.alloc(1 << 24);
  let at = 0;
  const write = (atMs: number, rssiOrKind: number, receiver: number, code: number) => {
    if (at + entryBytes > tape.length) tape = Buffer.concat([tape, Buffer.alloc(tape.length)]);
    tape.writeDoubleLE(atMs, at);
    tape.writeInt16LE(rssiOrKind, at + 8);
    tape.writeInt16LE(receiver, at + 10);
    tape.writeInt32LE(code, at + 12);
    at += entryBytes;
  };
  head.endMs = runTraffic({
    ...options,
    onHeard(receiverId, code, rssiDbm, atMs) {
      write(atMs, rssiDbm, number(head.receivers, receiverId), number(head.codes, code));
      options.onHeard(receiverId, code, rssiDbm, atMs);
    },
    onTruth(event) {
      write(event.atMs, truth, 0, head.truths.push(event) - 1);
      options.onTruth(event);
    },
    onSecond(atMs) {
      write(atMs, second, 0, 0);
      options.onSecond(atMs);
    },
  });
  writeFileSync(`${name}.tape`, tape.subarray(0, at));
  writeFileSync(`${name}.json`, JSON.stringify(head));
  return head.endMs;
}

function play(name: string, options: TrafficOptions): number {
  const head = JSON.parse(readFileSync(`${name}.json`, 'utf8')) as Head;
  const tape = readFileSync(`${name}.tape`);
  for (let at = 0; at < tape.length; at += entryBytes) {
    const atMs = tape.readDoubleLE(at);
    const kind = tape.readInt16LE(at + 8);
    if (kind === second) {
      options.onSecond(atMs);
    } else if (kind === truth) {
      const event = head.truths[tape.readInt32LE(at + 12)];
      if (event !== undefined) options.onTruth(event);
    } else {
      const receiverId = head.receivers[tape.readInt16LE(at + 10)];
      const code = head.codes[tape.readInt32LE(at + 12)];
      if (receiverId !== undefined && code !== undefined) options.onHeard(receiverId, code, kind, atMs);
    }
  }
  return head.endMs;
}
