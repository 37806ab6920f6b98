/**
 * `npm run -s decode -- FILE` and `npm run -s decode -- --hex ad|h4`: what is in these bytes?
 *
 *   FILE ─▶ btsnoop? ─ yes ─▶ records ────────▶ HciDecoder ─▶ one JSON line per report
 *                    └ no ──▶ H4Framer ─ packets ──▶ ┘
 *   --hex: one JSON line per input line, in the same order
 *
 * Exit code 0, or 1 when the file cannot be read to its end, or 2 for wrong use.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type BeaconFrame, bytesOfHex, decodeBeaconFrame } from '../drivers/frames/index.ts';
import { H4Framer } from '../drivers/hci-uart/h4-framer.ts';
import { HciDecoder } from '../drivers/hci-uart/hci-decoder.ts';
import type { AddressType } from '../drivers/receiver.ts';
import { BtsnoopReader, isBtsnoop } from '../drivers/replay/btsnoop.ts';

interface DecodedReport {
  /** UTC milliseconds; null where the bytes carry no time. */
  at: number | null;
  address: string;
  addressType: AddressType;
  /** dBm; null when the receiver did not know. */
  rssi: number | null;
  frame: BeaconFrame | null;
}

const usage = `usage: npm run -s decode -- FILE          btsnoop, or raw H4 bytes
       npm run -s decode -- --hex ad     advertising data, one hex string per line of standard input
       npm run -s decode -- --hex h4     H4 packets, one hex string per line of standard input`;

/** Written in pieces of this size: a line at a time would be slow, all at once would fill memory. */
const writeAtBytes = 64 * 1024;

class Output {
  #pending = '';

  /** @returns a promise only when the reader must be waited for. */
  line(value: unknown): Promise<void> | undefined {
    this.#pending += `${JSON.stringify(value)}\n`;
    return this.#pending.length >= writeAtBytes ? this.flush() : undefined;
  }

  async flush(): Promise<void> {
    if (this.#pending === '') return;
    const text = this.#pending;
    this.#pending = '';
    if (!process.stdout.write(text)) {
      await new Promise<void>((resume) => process.stdout.once('drain', resume));
    }
  }
}

/** Collects what a stretch of H4 bytes says. */
class H4Collector {
  readonly reports: DecodedReport[] = [];
  atMs: number | null = null;
  discardedBytes = 0;
  packets = 0;
  readonly #decoder = new HciDecoder({
    report: (address, addressType, data, rssi) => {
      this.reports.push({ at: this.atMs, address, addressType, rssi, frame: decodeBeaconFrame(data) });
    },
    answer: () => {},
    hardwareError: () => {},
    unknown: () => {},
    discarded: (bytes) => {
      this.discardedBytes += bytes;
    },
  });

  packet(bytes: Uint8Array, start: number, end: number): void {
    this.packets++;
    this.#decoder.packet(bytes, start, end);
  }

  newFramer(): H4Framer {
    return new H4Framer(
      {
        packet: (bytes, start, end) => this.packet(bytes, start, end),
        discarded: (bytes) => {
          this.discardedBytes += bytes;
        },
      },
      true,
    );
  }

  async drain(output: Output): Promise<void> {
    for (const report of this.reports.splice(0)) await output.line(report);
  }
}

async function decodeFile(path: string, output: Output): Promise<number> {
  const collector = new H4Collector();
  const framer = collector.newFramer();
  const reader = new BtsnoopReader((record) => {
    if (!record.received || record.cut) return;
    collector.atMs = record.atMs;
    collector.packet(record.packet, 0, record.packet.length);
  });
  let form: 'unknown' | 'btsnoop' | 'h4' = 'unknown';
  let code = 0;
  try {
    for await (const chunk of createReadStream(path, {
      highWaterMark: 256 * 1024,
    }) as AsyncIterable<Buffer>) {
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
      if (form === 'unknown') form = isBtsnoop(bytes) ? 'btsnoop' : 'h4';
      if (form === 'h4') framer.push(bytes);
      else {
        const read = reader.push(bytes);
        if (!read.ok) {
          await collector.drain(output);
          return complain(path, read.error.text);
        }
      }
      await collector.drain(output);
    }
  } catch (cause) {
    return complain(path, cause instanceof Error ? cause.message : String(cause));
  }
  if (form === 'btsnoop') {
    const ended = reader.end();
    if (!ended.ok) code = complain(path, ended.error.text);
  } else {
    framer.end();
    await collector.drain(output);
  }
  if (collector.discardedBytes > 0) {
    process.stderr.write(`${path}: ${collector.discardedBytes} bytes made no sense and were skipped\n`);
  }
  return code;
}

async function decodeHexLines(kind: 'ad' | 'h4', output: Output): Promise<number> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    await output.line(kind === 'ad' ? decodeAdvertisingLine(line) : decodeH4Line(line));
  }
  return 0;
}

function decodeAdvertisingLine(line: string): object {
  const bytes = bytesOfHex(line);
  return bytes === null ? { error: 'not hexadecimal' } : { frame: decodeBeaconFrame(bytes) };
}

/** Several reports in one line: the first with a frame stands in front, all of them in `reports`. */
function decodeH4Line(line: string): object {
  const bytes = bytesOfHex(line);
  if (bytes === null) return { error: 'not hexadecimal' };
  const collector = new H4Collector();
  const framer = collector.newFramer();
  framer.push(bytes);
  framer.end();
  const { reports, packets, discardedBytes } = collector;
  const first = reports.find((report) => report.frame !== null) ?? reports[0];
  if (first !== undefined) return reports.length === 1 ? first : { ...first, reports };
  if (discardedBytes > 0) return { error: `${discardedBytes} of ${bytes.length} bytes are no H4 packet` };
  return { frame: null, packets };
}

function complain(path: string, text: string): number {
  process.stderr.write(`${path}: ${text}\n`);
  return 1;
}

async function main(args: readonly string[]): Promise<number> {
  const output = new Output();
  let code: number;
  const [first, second] = args;
  if (first === '--hex' && (second === 'ad' || second === 'h4') && args.length === 2) {
    code = await decodeHexLines(second, output);
  } else if (first !== undefined && first !== '--hex' && args.length === 1) {
    code = await decodeFile(first, output);
  } else {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  await output.flush();
  return code;
}

// `decode … | head` closes the pipe early: that is the reader's right and no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await main(process.argv.slice(2));
