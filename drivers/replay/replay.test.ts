import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../shared/domain/index.ts';
import type { AdvertisingReport } from '../receiver.ts';
import { encodeAdvertisingReports, type HeardAdvert } from '../testing/controller-codec.ts';
import { bytes, concat, iBeaconAdvertisement, legacyReport } from '../testing/fixtures.ts';
import { describeReceiverContract } from '../testing/receiver-contract.ts';
import {
  BtsnoopReader,
  type BtsnoopRecord,
  encodeBtsnoopHeader,
  encodeBtsnoopRecord,
  ReplayReceiver,
} from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'replay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const recordedAtMs = Date.UTC(2026, 0, 2, 3, 4, 5) + 0.678;
const advert: HeardAdvert = {
  address: 'c1:02:03:04:05:06',
  addressType: 'random',
  data: iBeaconAdvertisement,
  rssiDbm: -75,
};

function recording(name: string, count: number, everyMs = 100): string {
  const path = join(folder, name);
  const records = Array.from({ length: count }, (_, i) =>
    encodeBtsnoopRecord(encodeAdvertisingReports([advert]), true, recordedAtMs + i * everyMs),
  );
  writeFileSync(path, concat(encodeBtsnoopHeader(), ...records));
  return path;
}

function read(file: Uint8Array): { records: BtsnoopRecord[]; error: string | null } {
  const records: BtsnoopRecord[] = [];
  const reader = new BtsnoopReader((record) => records.push(record));
  const pushed = reader.push(file);
  const ended = pushed.ok ? reader.end() : pushed;
  return { records, error: ended.ok ? null : ended.error.text };
}

describe('a btsnoop file', () => {
  const golden = concat(
    bytes(`
    62 74 73 6e 6f 6f 70 00   # "btsnoop"
    00 00 00 01               # version 1
    00 00 03 ea               # datalink 1002, H4
    00 00 00 07  00 00 00 07  # 7 bytes on the wire, 7 in the file
    00 00 00 03               # received, event
    00 00 00 00               # no drops
    00 e2 d0 fd 13 ef e7 b2   # microseconds since the year 0
    04 0e 04 01 03 0c 00      # Command Complete of Reset
  `),
  );

  it('gives its records with direction and UTC time', () => {
    const { records, error } = read(golden);
    expect(error).toBeNull();
    expect(records).toEqual([
      {
        packet: bytes('04 0e 04 01 03 0c 00'),
        received: true,
        cut: false,
        atMs: Number(0x00e2d0fd13efe7b2n - 0x00dcddb30f2f8000n) / 1000,
      },
    ]);
    expect(new Date(records[0]?.atMs ?? 0).getUTCFullYear()).toBe(2023);
  });

  it('of datalink 1001 gets its type bytes from the flags', () => {
    const file = golden.slice();
    file[15] = 0xe9;
    expect(read(file).records[0]?.packet[0]).toBe(0x04);
    file[16 + 11] = 2; // sent, command
    expect(read(file).records[0]).toMatchObject({ received: false });
    expect(read(file).records[0]?.packet[0]).toBe(0x01);
    file[16 + 11] = 1; // received, data
    expect(read(file).records[0]?.packet[0]).toBe(0x02);
  });

  it('is read the same in pieces of any size', () => {
    const file = concat(golden, golden.slice(16), golden.slice(16));
    for (let size = 1; size <= file.length; size++) {
      const records: BtsnoopRecord[] = [];
      const reader = new BtsnoopReader((record) => records.push(record));
      for (let at = 0; at < file.length; at += size)
        expect(reader.push(file.slice(at, at + size)).ok).toBe(true);
      expect(reader.end().ok).toBe(true);
      expect(records).toEqual(read(file).records);
    }
  });

  it('that was cut off gives every whole record and says where it ends', () => {
    const file = concat(golden, golden.slice(16, -3));
    const { records, error } = read(file);
    expect(records).toHaveLength(1);
    expect(error).toBe('the file ends inside the record at byte 47; all records before it were read');
  });

  it.each([
    ['no btsnoop', 'this is no btsnoop file', new Uint8Array(32)],
    ['of version 2', 'btsnoop version 2; only 1 is known', Object.assign(golden.slice(), { 11: 2 })],
    ['of another datalink', 'only 1001 and 1002', Object.assign(golden.slice(), { 15: 0x01 })],
    ['with a record longer than any packet', 'claims', Object.assign(golden.slice(), { 21: 0xff })],
    ['that ends in its header', 'inside its header', golden.slice(0, 9)],
  ])('%s is refused with words', (_what, words, file) => {
    expect(read(file).error).toContain(words);
  });

  it('written by us is what was put in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.boolean(), fc.nat(4e12)), {
          maxLength: 20,
        }),
        (entries) => {
          const file = concat(
            encodeBtsnoopHeader(),
            ...entries.map(([packet, received, atMs]) => encodeBtsnoopRecord(packet, received, atMs)),
          );
          expect(read(file)).toEqual({
            error: null,
            records: entries.map(([packet, received, atMs]) => ({ packet, received, atMs, cut: false })),
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of any bytes at all never throws and never holds much', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 500 }), { maxLength: 20 }),
        fc.boolean(),
        (chunks, header) => {
          const reader = new BtsnoopReader(() => {});
          if (header) reader.push(encodeBtsnoopHeader());
          for (const chunk of chunks) reader.push(chunk);
          reader.end();
          expect(reader.heldBytes).toBeLessThan(70_000);
        },
      ),
    );
  });
});

describeReceiverContract(
  'replay',
  () => {
    const receiver = new ReplayReceiver({
      id: 'recorded',
      path: recording('contract.btsnoop', 20),
      pace: { kind: 'stepwise' },
    });
    return {
      receiver,
      hear: () => {
        receiver.step();
        return advert;
      },
    };
  },
  { createMissing: () => new ReplayReceiver({ id: 'missing', path: join(folder, 'there-is-no-such-file') }) },
);

describe('a replay', () => {
  async function start(path: string, speed: number, repeat = false) {
    const clock = new ManualClock();
    const reports: AdvertisingReport[] = [];
    let ends = 0;
    const receiver = new ReplayReceiver({
      id: 'recorded',
      path,
      clock,
      pace: { kind: 'in-time', speed },
      repeat,
      onEnd: () => ends++,
    });
    receiver.subscribe((event) => {
      if (event.type === 'report') reports.push(event.report);
    });
    expect((await receiver.open()).ok).toBe(true);
    return { clock, reports, receiver, ends: () => ends, openedAtMs: clock.nowMs() };
  }

  it('takes the time that the recording took, and reports the time of now', async () => {
    const { clock, reports, ends, openedAtMs } = await start(recording('pace.btsnoop', 11), 1);
    clock.advance(0);
    expect(reports).toHaveLength(1);
    clock.advance(499);
    expect(reports).toHaveLength(5);
    clock.advance(501);
    expect(reports).toHaveLength(11);
    expect(ends()).toBe(1);
    expect(reports.map((report) => Math.round(report.atMs - openedAtMs))).toEqual(
      Array.from({ length: 11 }, (_, i) => i * 100),
    );
  });

  it('goes ten times as fast when it is told so', async () => {
    const { clock, reports } = await start(recording('fast.btsnoop', 11), 10);
    clock.advance(49);
    expect(reports).toHaveLength(5);
    clock.advance(51);
    expect(reports).toHaveLength(11);
  });

  it('starts again when it is told so', async () => {
    const { clock, reports, receiver } = await start(recording('again.btsnoop', 3), 1, true);
    clock.advance(10_000);
    expect(reports.length).toBeGreaterThan(20);
    await receiver.close();
    expect(clock.plannedCount).toBe(0);
  });

  it('plays a file that was cut off up to there', async () => {
    const whole = await readFile(recording('whole.btsnoop', 3));
    const path = join(folder, 'cut.btsnoop');
    writeFileSync(path, whole.subarray(0, whole.length - 5));
    const { clock, reports, receiver } = await start(path, 1);
    clock.advance(1000);
    expect(reports).toHaveLength(2);
    expect(receiver.counters().discardedBytes).toBe(24 + legacyReport.length - 5);
  });

  it('of a file that is no recording fails with words', async () => {
    const path = join(folder, 'text.txt');
    writeFileSync(path, 'this is not a recording at all');
    const opened = await new ReplayReceiver({ id: 'text', path }).open();
    expect(opened).toMatchObject({ ok: false, error: { code: 'file-malformed' } });
  });
});

const captures = '../shared/data/captures';
describe.skipIf(!existsSync(captures))(
  'captures of real phones (skipped where ../shared/data is absent)',
  () => {
    // What an independent reader counts in each file (Num_Reports of all received report events).
    it.each([
      ['android_ext_adv_fastpair_2023', 12],
      ['android_ext_adv_sparse_2026', 154],
      ['dense_mix_ibeacon_2021', 412],
      ['legacy_one_device_2026', 1178],
      ['multi_report_2015', 59],
    ])('%s plays all of its %i reports and discards nothing', async (name, count) => {
      const receiver = new ReplayReceiver({
        id: name,
        path: `${captures}/${name}.btsnoop`,
        pace: { kind: 'stepwise' },
      });
      let reports = 0;
      receiver.subscribe((event) => {
        if (event.type === 'report') reports++;
      });
      expect((await receiver.open()).ok).toBe(true);
      while (receiver.step());
      expect(reports).toBe(count);
      expect(receiver.counters().discardedBytes).toBe(0);
      await receiver.close();
    });
  },
);
