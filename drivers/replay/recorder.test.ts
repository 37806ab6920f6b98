import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { HciDecoder } from '../hci-uart/hci-decoder.ts';
import type { AdvertisingReport } from '../receiver.ts';
import { bytes, iBeaconAdvertisement } from '../testing/fixtures.ts';
import { packetsOfReport, Recorder, ReplayReceiver } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'record-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const report: AdvertisingReport = {
  receiverId: 'canopy',
  address: 'c1:02:03:04:05:06',
  addressType: 'random',
  rssiDbm: -75,
  data: iBeaconAdvertisement,
  atMs: Date.UTC(2026, 10, 21),
};
const named: AdvertisingReport = {
  ...report,
  address: 'f1:02:03:04:05:07',
  data: bytes('02 01 06 05 09 4b 69 6d 73'),
};

async function record(
  name: string,
  reports: AdvertisingReport[],
  scrambleAddresses = false,
  maxBytes?: number,
) {
  const path = join(folder, name);
  const started = await Recorder.start({ path, scrambleAddresses, maxBytes });
  if (!started.ok) throw new Error(started.error.text);
  for (const each of reports) started.value.record(each);
  return { path, summary: await started.value.stop() };
}

async function play(path: string): Promise<AdvertisingReport[]> {
  const receiver = new ReplayReceiver({ id: 'again', path, pace: { kind: 'stepwise' } });
  const reports: AdvertisingReport[] = [];
  receiver.subscribe((event) => {
    if (event.type === 'report') reports.push(event.report);
  });
  expect((await receiver.open()).ok).toBe(true);
  while (receiver.step());
  await receiver.close();
  return reports;
}

describe('a recording', () => {
  it('plays as what was heard', async () => {
    const long = {
      ...report,
      address: '00:11:22:33:44:55',
      addressType: 'public' as const,
      rssiDbm: null,
      data: new Uint8Array(700).fill(0),
    };
    const { path, summary } = await record('plain.btsnoop', [report, long]);
    expect(summary).toMatchObject({ ended: 'stopped', dropped: 0, records: 5 });
    const [first, second] = await play(path);
    expect(first).toMatchObject({ address: report.address, addressType: 'random', rssiDbm: -75 });
    expect([...(first?.data ?? [])]).toEqual([...report.data]);
    expect(second).toMatchObject({ address: long.address, addressType: 'public', rssiDbm: null });
    expect(second?.data).toHaveLength(700);
  });

  it('never holds the names that people give their devices', async () => {
    const { path } = await record('names.btsnoop', [named]);
    expect(readFileSync(path).includes('Kims')).toBe(false);
    const [heard] = await play(path);
    expect(heard?.data).toHaveLength(named.data.length);
    expect(heard?.address).toBe(named.address);
  });

  it('with scrambled addresses still tells one device from another, but not whose they are', async () => {
    const { path } = await record('scrambled.btsnoop', [report, named, report], true);
    const heard = await play(path);
    expect(heard[0]?.address).toBe(heard[2]?.address);
    expect(heard[0]?.address).not.toBe(heard[1]?.address);
    expect(heard.map((each) => each.address)).not.toContain(report.address);
    expect(heard[0]?.address).toMatch(/^[c-f]/);
    expect([...(heard[0]?.data ?? [])]).toEqual([...report.data]);
    const other = await record('scrambled-again.btsnoop', [report], true);
    expect((await play(other.path))[0]?.address).not.toBe(heard[0]?.address);
  });

  it('stops by itself when it is full, and the file is whole', async () => {
    const { path, summary } = await record(
      'full.btsnoop',
      Array.from({ length: 100 }, () => report),
      false,
      1000,
    );
    expect(summary.ended).toBe('full');
    expect(summary.bytes).toBeLessThanOrEqual(1000);
    expect(await play(path)).toHaveLength(summary.records);
    expect(summary.records).toBeGreaterThan(5);
  });

  it('never overwrites another', async () => {
    const { path } = await record('once.btsnoop', [report]);
    const again = await Recorder.start({ path, scrambleAddresses: false });
    expect(again).toMatchObject({ ok: false, error: { code: 'file-not-writable' } });
    expect(await play(path)).toHaveLength(1);
  });

  it('holds any report so that it comes back the same', () => {
    const any = fc.record({
      receiverId: fc.constant('canopy'),
      address: fc
        .uint8Array({ minLength: 6, maxLength: 6 })
        .map((id) => Array.from(id, (b) => b.toString(16).padStart(2, '0')).join(':')),
      addressType: fc.constantFrom(
        'public',
        'random',
        'public-identity',
        'random-identity',
        'anonymous' as const,
      ),
      rssiDbm: fc.option(fc.integer({ min: -127, max: 20 })),
      data: fc.uint8Array({ maxLength: 1650 }),
      atMs: fc.constant(0),
    });
    fc.assert(
      fc.property(any, (original) => {
        const heard: unknown[] = [];
        const decoder = new HciDecoder({
          report: (address, addressType, data, rssiDbm) =>
            heard.push([address, addressType, [...data], rssiDbm]),
          answer: () => {},
          hardwareError: () => {},
          unknown: () => {},
          discarded: () => {},
        });
        for (const packet of packetsOfReport(original as AdvertisingReport))
          decoder.packet(packet, 0, packet.length);
        expect(heard).toEqual([
          [original.address, original.addressType, [...original.data], original.rssiDbm],
        ]);
      }),
    );
  });
});
