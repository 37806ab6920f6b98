import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeBtsnoopHeader, encodeBtsnoopRecord } from '../drivers/replay/index.ts';
import {
  bytes,
  concat,
  eddystoneUidAdvertisement,
  extendedReport,
  iBeaconAdvertisement,
  iBeaconCode,
  legacyReport,
  resetComplete,
} from '../drivers/testing/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'decode-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');

interface Run {
  lines: Record<string, unknown>[];
  errors: string;
  code: number | null;
}

function decode(args: string[], input = ''): Promise<Run> {
  const child = spawn(process.execPath, ['tools/decode.ts', ...args]);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  child.stdin.end(input);
  return new Promise((settle) => {
    child.on('close', (code) => {
      const lines = output
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
      settle({ lines, errors, code });
    });
  });
}

function file(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('npm run decode', () => {
  it('prints one line per report of a btsnoop file, with its time', async () => {
    const atMs = Date.UTC(2026, 5, 1, 12);
    const path = file(
      'two.btsnoop',
      concat(
        encodeBtsnoopHeader(),
        encodeBtsnoopRecord(resetComplete, true, atMs - 1),
        encodeBtsnoopRecord(legacyReport, true, atMs),
        encodeBtsnoopRecord(legacyReport, false, atMs),
        encodeBtsnoopRecord(extendedReport, true, atMs + 5),
      ),
    );
    const { lines, code } = await decode([path]);
    const report = {
      address: 'c1:02:03:04:05:06',
      addressType: 'random',
      rssi: -75,
      frame: { kind: 'ibeacon', code: iBeaconCode, measuredPower: -59, major: 7, minor: 258 },
    };
    expect(lines).toEqual([
      { at: atMs, ...report },
      { at: atMs + 5, ...report },
    ]);
    expect(code).toBe(0);
  });

  it('reads raw H4 bytes, and says on the side what made no sense', async () => {
    const path = file('raw.bin', concat(legacyReport, bytes('ff ff ff'), extendedReport, resetComplete));
    const { lines, errors, code } = await decode([path]);
    expect(lines.map((line) => line.at)).toEqual([null, null]);
    expect(errors).toContain('3 bytes made no sense');
    expect(code).toBe(0);
  });

  it('prints what a cut-off file holds and fails with a word', async () => {
    const whole = concat(encodeBtsnoopHeader(), encodeBtsnoopRecord(legacyReport, true, 1));
    const path = file('cut.btsnoop', concat(whole, whole.slice(16, 30)));
    const { lines, errors, code } = await decode([path]);
    expect(lines).toHaveLength(1);
    expect(errors).toContain('ends inside the record');
    expect(code).toBe(1);
  });

  it('answers each line of advertising data with one line, in order', async () => {
    const input = [
      hex(iBeaconAdvertisement),
      'zz',
      '',
      '020106',
      hex(eddystoneUidAdvertisement).toUpperCase(),
      '123',
    ];
    const { lines } = await decode(['--hex', 'ad'], input.join('\n'));
    expect(lines.map((line) => line.error ?? (line.frame as { kind: string } | null)?.kind ?? null)).toEqual([
      'ibeacon',
      'not hexadecimal',
      null,
      null,
      'eddystone-uid',
      'not hexadecimal',
    ]);
  });

  it('answers each line of H4 packets with one line, whatever it holds', async () => {
    const input = [
      hex(legacyReport),
      hex(concat(resetComplete, legacyReport, extendedReport)),
      hex(resetComplete),
      hex(legacyReport.slice(0, 20)),
      'not hex',
      hex(concat(bytes('ff'), legacyReport)),
    ];
    const { lines } = await decode(['--hex', 'h4'], `${input.join('\r\n')}\r\n`);
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatchObject({ at: null, rssi: -75, frame: { code: iBeaconCode } });
    expect(lines[1]).toMatchObject({ frame: { code: iBeaconCode }, reports: [{ rssi: -75 }, { rssi: -75 }] });
    expect(lines[2]).toMatchObject({ frame: null });
    expect(lines[3]).toEqual({ error: '20 of 20 bytes are no H4 packet' });
    expect(lines[4]).toEqual({ error: 'not hexadecimal' });
    expect(lines[5]).toMatchObject({ frame: { code: iBeaconCode } });
  });

  it('prints megabytes and does not mind a reader that leaves', async () => {
    const path = file('large.bin', concat(...Array.from({ length: 30_000 }, () => legacyReport)));
    expect((await decode([path])).lines).toHaveLength(30_000);
    const child = spawn('sh', ['-c', '"$0" tools/decode.ts "$1" | head -n 1', process.execPath, path]);
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    await new Promise((settle) => child.on('close', settle));
    expect(errors).toBe('');
  });

  it.each([[[]], [['--hex', 'xml']], [['a', 'b']]])(
    'explains itself when it is called with %j',
    async (args) => {
      const { code, errors } = await decode(args);
      expect(code).toBe(2);
      expect(errors).toContain('usage: npm run -s decode');
    },
  );

  it('names a file that is not there', async () => {
    const { code, errors } = await decode([join(folder, 'nothing')]);
    expect(code).toBe(1);
    expect(errors).toContain('ENOENT');
  });
});

const vectors = '../shared/data/vectors/beacon_frames.json';
describe.skipIf(!existsSync(vectors))(
  'the published packets (skipped where ../shared/data is absent)',
  () => {
    interface Vector {
      hex: string;
      kind: string;
      id: string;
      expect: { address?: string; rssi?: number; type?: string } | string | null;
    }

    it('are decoded with the published address and RSSI', async () => {
      const all = (JSON.parse(readFileSync(vectors, 'utf8')) as { vectors: Vector[] }).vectors;
      const packets = all.filter((vector) => vector.kind === 'hci-h4');
      const { lines } = await decode(['--hex', 'h4'], packets.map((vector) => vector.hex).join('\n'));
      expect(lines).toHaveLength(packets.length);
      for (const [i, { id, expect: expected }] of packets.entries()) {
        if (expected === null || typeof expected === 'string') continue;
        if (expected.type?.startsWith('malformed')) expect(lines[i], id).toHaveProperty('error');
        if (expected.address !== undefined) {
          expect(lines[i], id).toMatchObject({ address: expected.address, rssi: expected.rssi });
        }
      }
    });
  },
);
