/**
 * The hci-uart driver on a real serial device of the operating system, with a controller at the other
 * end that is not ours: `socat` makes the cable, a Python script speaks HCI.
 *
 *   HciUartReceiver ── serialport ── PTY ═══ socat ═══ PTY ── hci-uart-writer.py
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HciUartReceiver } from '../../drivers/hci-uart/index.ts';
import type { AdvertisingReport, Receiver, ReceiverHealth } from '../../drivers/index.ts';
import { decodeBeaconFrame } from '../../drivers/index.ts';
import { createPortLine } from '../../drivers/serial/index.ts';

const hasTools = ['socat', 'python3'].every((tool) => spawnSync('which', [tool]).status === 0);

/** Written out by hand, not by our encoder: an iBeacon at −71 dBm in a legacy and an extended report. */
const iBeacon = '0201061aff4c0002150102030405060708090a0b0c0d0e0f1000050006c5';
const legacyReport = `043e2a020103014433221100c01e${iBeacon}b9`;
const extendedReport = `043e380d0110000144332211 00c00100ff7fb9000000000000000000 1e${iBeacon}`.replaceAll(
  ' ',
  '',
);
const code = '0102030405060708090a0b0c0d0e0f1000050006';

describe.skipIf(!hasTools)('hci-uart on a PTY (skipped where socat or python3 is missing)', () => {
  let folder: string;
  let cable: ChildProcess;
  let writer: Writer;
  const receivers: Receiver[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pty-'));
  });

  afterEach(async () => {
    for (const receiver of receivers.splice(0)) await receiver.close();
    await end(writer.process);
    await end(cable);
    rmSync(folder, { recursive: true, force: true });
  });

  const path = () => join(folder, 'station');

  async function plugIn(...writerOptions: string[]): Promise<void> {
    cable = spawn('socat', [
      `pty,raw,echo=0,link=${path()}`,
      `pty,raw,echo=0,link=${join(folder, 'controller')}`,
    ]);
    while (!existsSync(path()) || !existsSync(join(folder, 'controller'))) {
      await new Promise((resume) => setTimeout(resume, 5));
    }
    writer = startWriter([join(folder, 'controller'), ...writerOptions]);
    await writer.saw('ready');
  }

  async function pullOut(): Promise<void> {
    await end(cable);
    await end(writer.process);
  }

  function newReceiver(): { receiver: Receiver; reports: AdvertisingReport[] } {
    const receiver = new HciUartReceiver({ id: 'canopy', line: createPortLine({ path: path() }) });
    const reports: AdvertisingReport[] = [];
    receiver.subscribe((event) => {
      if (event.type === 'report') reports.push(event.report);
    });
    receivers.push(receiver);
    return { receiver, reports };
  }

  it.each([
    ['legacy', legacyReport],
    ['extended', extendedReport],
  ])('bytes written by an independent %s controller become a report with its frame', async (form, report) => {
    await plugIn(...(form === 'legacy' ? ['legacy'] : []));
    const { receiver, reports } = newReceiver();
    expect(await receiver.open()).toEqual({ ok: true, value: undefined });
    const heard = nextReports(receiver, 1);
    writer.write(report);
    await heard;
    expect(reports[0]).toMatchObject({ receiverId: 'canopy', address: 'c0:00:11:22:33:44', rssiDbm: -71 });
    expect(decodeBeaconFrame(reports[0]?.data ?? new Uint8Array())).toMatchObject({ kind: 'ibeacon', code });
  });

  it('every report of a thousand in a row arrives, and garbage between them is counted', async () => {
    await plugIn('legacy');
    const { receiver, reports } = newReceiver();
    await receiver.open();
    const heard = nextReports(receiver, 1000);
    for (let i = 0; i < 1000; i++) writer.write(i % 100 === 50 ? `ff04770100${legacyReport}` : legacyReport);
    await heard;
    expect(reports).toHaveLength(1000);
    expect(reports.every((report) => report.address === 'c0:00:11:22:33:44')).toBe(true);
  });

  it('half a packet followed by silence costs no later report', async () => {
    await plugIn('legacy');
    const { receiver } = newReceiver();
    await receiver.open();
    const cutOff = new Promise<void>((settle) => {
      receiver.subscribe((event) => {
        if (event.type === 'discarded' && event.reason === 'cut-off') settle();
      });
    });
    writer.write(legacyReport.slice(0, 40));
    await cutOff;
    const heard = nextReports(receiver, 1);
    writer.write(legacyReport);
    await heard;
  });

  it('a port that another program holds open is busy, in words', async () => {
    await plugIn('legacy');
    const first = newReceiver();
    await first.receiver.open();
    const second = newReceiver();
    expect(await second.receiver.open()).toMatchObject({ ok: false, error: { code: 'port-busy' } });
  });

  it('whoever gets the bytes may close the port in the middle of them', async () => {
    await plugIn('legacy');
    const { receiver, reports } = newReceiver();
    await receiver.open();
    const closed = new Promise<void>((settle) => {
      receiver.subscribe(() => void receiver.close().then(settle));
    });
    writer.write(legacyReport + legacyReport);
    await closed;
    expect(reports).toHaveLength(1);
    // The port is free again.
    expect((await newReceiver().receiver.open()).ok).toBe(true);
  });

  it('a bug in what gets the bytes is thrown as any other, with its words, and does not abort the process', async () => {
    await plugIn('legacy');
    const station = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { createPortLine } from './drivers/serial/index.ts';
       process.on('uncaughtException', (bug) => { console.log(bug.message); process.exit(3); });
       const line = createPortLine({ path: ${JSON.stringify(path())} });
       await line.open({ bytes: () => { throw new Error('a bug'); }, lost: () => {} });
       console.log('open');`,
    ]);
    let said = '';
    station.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      if (said === 'open\n') writer.write(legacyReport);
    });
    const code = await new Promise((settle) => station.once('exit', settle));
    expect({ said, code }).toEqual({ said: 'open\na bug\n', code: 3 });
  });

  describe('the cable pulled out, then in again,', () => {
    const states: [string, string, string[]][] = [
      ['while reset waits', '0c03', []],
      ['while the event mask waits', '0c01', []],
      ['while the features are read', '1003', []],
      ['while the commands are read', '1002', []],
      ['while the LE event mask waits', '2001', []],
      ['while the scan parameters wait', '200b', ['legacy']],
      ['while scan enable waits', '200c', ['legacy']],
      ['while the extended scan parameters wait', '2041', []],
      ['while extended scan enable waits', '2042', []],
    ];

    it.each(states)(
      '%s: that receiver fails with its reason, a new one hears',
      async (_when, opcode, options) => {
        await plugIn(...options, 'mute', opcode);
        const { receiver } = newReceiver();
        const opening = receiver.open();
        await writer.saw(`command ${opcode}`);
        await pullOut();
        expect(await opening).toMatchObject({ ok: false, error: { code: 'port-lost' } });
        expect(receiver.health()).toMatchObject({ state: 'failed', reason: { code: 'port-lost' } });
        await expectNewReceiverHears(options);
      },
    );

    it('while it scans: that receiver fails with its reason, a new one hears', async () => {
      await plugIn();
      const { receiver } = newReceiver();
      await receiver.open();
      const failed = nextHealth(receiver, 'failed');
      await pullOut();
      expect(await failed).toMatchObject({
        reason: { code: 'port-lost', text: `${path()}: the device hung up` },
      });
      expect(await receiver.restartScan()).toMatchObject({ ok: false, error: { code: 'not-open' } });
      await expectNewReceiverHears([]);
    });

    it('in the middle of a packet: the rest is not glued to what comes later', async () => {
      await plugIn('legacy');
      const { receiver, reports } = newReceiver();
      await receiver.open();
      const failed = nextHealth(receiver, 'failed');
      const heard = nextReports(receiver, 1);
      writer.write(legacyReport + legacyReport.slice(0, 50));
      await heard;
      await pullOut();
      await failed;
      expect(reports).toHaveLength(1);
      await expectNewReceiverHears(['legacy']);
    });

    it('while there is none: opening says that the port is not there', async () => {
      await plugIn();
      await pullOut();
      const { receiver } = newReceiver();
      expect(await receiver.open()).toMatchObject({ ok: false, error: { code: 'port-not-found' } });
      await expectNewReceiverHears([]);
    });

    async function expectNewReceiverHears(options: string[]): Promise<void> {
      await plugIn(...options);
      const { receiver } = newReceiver();
      expect((await receiver.open()).ok).toBe(true);
      const heard = nextReports(receiver, 1);
      writer.write(options.includes('legacy') ? legacyReport : extendedReport);
      await heard;
    }
  });
});

interface Writer {
  process: ChildProcess;
  /** Resolves when the script printed this line (also when it did before). */
  saw(line: string): Promise<void>;
  write(hex: string): void;
}

function startWriter(args: string[]): Writer {
  const child = spawn('python3', ['tests/integration/hci-uart-writer.py', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const seen = new Set<string>();
  const waiting = new Map<string, () => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    seen.add(line);
    waiting.get(line)?.();
  });
  child.stdin.on('error', () => {});
  return {
    process: child,
    saw: (line) => (seen.has(line) ? Promise.resolve() : new Promise((settle) => waiting.set(line, settle))),
    write: (hex) => {
      child.stdin.write(`${hex}\n`);
    },
  };
}

function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((settle) => {
    child.once('exit', () => settle());
    child.kill();
  });
}

function nextReports(receiver: Receiver, count: number): Promise<void> {
  return new Promise((settle) => {
    let left = count;
    const unsubscribe = receiver.subscribe((event) => {
      if (event.type !== 'report' || --left > 0) return;
      unsubscribe();
      settle();
    });
  });
}

function nextHealth(receiver: Receiver, state: ReceiverHealth['state']): Promise<ReceiverHealth> {
  return new Promise((settle) => {
    receiver.subscribe((event) => {
      if (event.type === 'health' && event.health.state === state) settle(event.health);
    });
  });
}
