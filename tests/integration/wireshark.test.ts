/**
 * Recordings opened with Wireshark's own dissectors: what the installer hands to somebody else is read there
 * as what was heard. `tshark` is Wireshark without its window (Debian: apt-get install tshark).
 *
 *   reports ─▶ Recorder ─▶ btsnoop ─▶ tshark -T fields ─▶ the same addresses, levels and times
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type AdvertisingReport, Recorder } from '../../drivers/index.ts';
import { bytes, eddystoneUidAdvertisement, iBeaconAdvertisement } from '../../drivers/testing/fixtures.ts';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'wireshark-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fields = [
  'frame.time_epoch',
  'bthci_evt.le_meta_subevent',
  'bthci_evt.bd_addr',
  'bthci_evt.le_peer_address_type',
  'bthci_evt.rssi',
  'btcommon.eir_ad.entry.type',
  'btcommon.eir_ad.entry.device_name',
  'btcommon.eir_ad.entry.company_id',
  '_ws.malformed',
] as const;
type Row = Record<(typeof fields)[number], string>;

function dissect(path: string): Row[] {
  const args = ['-n', '-r', path, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])];
  const run = spawnSync('tshark', args, { encoding: 'utf8', timeout: 60_000 });
  expect(run.status, run.stderr).toBe(0);
  return run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const values = line.split('\t');
      return Object.fromEntries(fields.map((field, index) => [field, values[index] ?? ''])) as Row;
    });
}

const heardAtMs = Date.UTC(2026, 10, 21, 3, 4, 5, 678);
const report = (number: number, more: Partial<AdvertisingReport>): AdvertisingReport => ({
  receiverId: 'canopy',
  address: `c1:02:03:04:05:0${number}`,
  addressType: 'random',
  rssiDbm: -60 - number,
  data: iBeaconAdvertisement,
  atMs: heardAtMs + number * 250,
  ...more,
});
/** Two structures of 200 bytes: an extended advertisement that no single event can carry. */
const long = new Uint8Array(400).map((_, i) => (i % 200 === 0 ? 199 : i % 200 === 1 ? 0xff : i % 251));
const named = bytes('02 01 06 07 09 4d 69 6e 6a 69 21 # "Minji!"');
const heard = [
  report(0, { addressType: 'public' }),
  report(1, { data: eddystoneUidAdvertisement }),
  report(2, { data: named }),
  report(3, { rssiDbm: null }),
  report(4, { data: long }),
  report(5, { rssiDbm: 20, atMs: heardAtMs + 1_250.125 }),
];

async function record(name: string, scrambleAddresses: boolean): Promise<Row[]> {
  const path = join(folder, name);
  const recorder = await Recorder.start({ path, scrambleAddresses });
  if (!recorder.ok) throw new Error(recorder.error.text);
  for (const one of heard) recorder.value.record(one);
  await recorder.value.stop();
  return dissect(path);
}

describe.skipIf(!hasTshark)(
  hasTshark ? 'Wireshark' : 'Wireshark (skipped: tshark is not installed; apt-get install tshark)',
  { timeout: 60_000 },
  () => {
    it('reads a recording as the advertising reports that were heard: address, level, time and data', async () => {
      const rows = await record('plain.btsnoop', false);
      // The long one takes two events; all the others one each.
      expect(rows.map((row) => row['bthci_evt.bd_addr'])).toEqual(
        [0, 1, 2, 3, 4, 4, 5].map((number) => `c1:02:03:04:05:0${number}`),
      );
      expect(rows.map((row) => row['bthci_evt.rssi'])).toEqual(
        // 127 is HCI's word for "unknown".
        ['-60', '-61', '-62', '127', '-64', '-64', '20'],
      );
      expect(rows.map((row) => Number(row['frame.time_epoch']))).toEqual(
        [0, 250, 500, 750, 1_000, 1_000, 1_250.125].map((offsetMs) => (heardAtMs + offsetMs) / 1_000),
      );
      expect(new Set(rows.map((row) => row['bthci_evt.le_meta_subevent']))).toEqual(new Set(['0x0d']));
      expect(rows.map((row) => Number(row['bthci_evt.le_peer_address_type']))).toEqual([0, 1, 1, 1, 1, 1, 1]);
      expect(rows[0]?.['btcommon.eir_ad.entry.company_id']).toBe('0x004c');
      expect(rows[1]?.['btcommon.eir_ad.entry.type']).toBe('0x01,0x03,0x16');
      expect(rows.slice(4, 6).map((row) => row['btcommon.eir_ad.entry.type'])).toEqual(['0xff', '0xff']);
      expect(rows.filter((row) => row['_ws.malformed'] !== '')).toEqual([]);
    });

    it('finds no name and, in a scrambled recording, no address that was in the air', async () => {
      const rows = await record('scrambled.btsnoop', true);
      expect(rows).toHaveLength(7);
      for (const row of rows) expect(row['bthci_evt.bd_addr']).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
      const own = new Set(heard.map(({ address }) => address));
      expect(rows.filter((row) => own.has(row['bthci_evt.bd_addr']))).toEqual([]);
      // One device stays one device.
      expect(new Set(rows.map((row) => row['bthci_evt.bd_addr'])).size).toBe(6);
      expect(rows[4]?.['bthci_evt.bd_addr']).toBe(rows[5]?.['bthci_evt.bd_addr']);
      expect(rows.map((row) => row['bthci_evt.rssi'])[0]).toBe('-60');
      expect(rows[2]?.['btcommon.eir_ad.entry.device_name']).toBe('xxxxxx');
    });
  },
);
