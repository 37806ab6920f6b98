import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeBeaconFrame } from '../frames/index.ts';
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

  it('with scrambled addresses hides a device’s own address in what it says, however it writes it', async () => {
    const name = '43 31 3a 30 32 3a 30 33 3a 30 34 3a 30 35 3a 30 36'; // C1:02:03:04:05:06
    const talkative: AdvertisingReport = {
      ...report,
      data: bytes(
        `09 ff 59 00 c1 02 03 04 05 06 0a 16 0a 18 06 05 04 03 02 01 c1 12 ff 59 00 ${name.slice(0, -3)} ` +
          `10 ff 59 00 ${'63 31 30 32 30 33 30 34 30 35 30 36'} 64`,
      ),
    };
    const scrambled = await record('talkative.btsnoop', [talkative], true);
    const [heard] = await play(scrambled.path);
    const digits = heard?.address.replaceAll(':', '') ?? '';
    const said = Buffer.from(heard?.data ?? []);
    expect(said.toString('hex')).not.toContain('c10203040506');
    expect(said.toString('hex')).not.toContain('0605040302c1');
    expect(said.toString('latin1').toLowerCase()).not.toContain('c10203040506');
    // Each place holds the other address, in the order in which it was written; the rest is as it was.
    expect(said.toString('hex')).toContain(`09ff5900${digits}0a16`);
    expect(said.toString('latin1')).toContain(digits);
    expect(said).toHaveLength(talkative.data.length);
    const plain = await record('talkative-plain.btsnoop', [talkative]);
    expect([...((await play(plain.path))[0]?.data ?? [])]).toEqual([...talkative.data]);
  });

  it('with scrambled addresses keeps codes as they are, also one that holds the address', async () => {
    const uid = bytes('03 03 aa fe 15 16 aa fe 00 e7 0102030405060708090a c10203040506'.replaceAll(' ', ''));
    const { path } = await record('uid.btsnoop', [{ ...report, data: uid }], true);
    const [heard] = await play(path);
    expect(decodeBeaconFrame(heard?.data ?? bytes(''))?.code).toBe('0102030405060708090ac10203040506');
    expect(heard?.address).not.toBe(report.address);
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

const captures = '../shared/data/captures';
describe.skipIf(!existsSync(captures))(
  'a scrambled recording of real devices (skipped where ../shared/data is absent)',
  () => {
    it('holds none of their addresses, in either order, outside of codes', async () => {
      for (const name of readdirSync(captures).filter((file) => file.endsWith('.btsnoop'))) {
        const heard = await play(join(captures, name));
        const { path } = await record(`strangers-${name}`, heard, true);
        const again = await play(path);
        expect(again).toHaveLength(heard.length);
        for (const [index, { address, data }] of again.entries()) {
          const before = heard[index]?.address.replaceAll(':', '') ?? '';
          const turned = before.match(/../g)?.toReversed().join('') ?? '';
          expect(address.replaceAll(':', ''), name).not.toBe(before);
          if (decodeBeaconFrame(data) !== null) continue;
          const said = Buffer.from(data).toString('hex');
          expect(said.includes(before) || said.includes(turned), name).toBe(false);
        }
      }
    });
  },
);
