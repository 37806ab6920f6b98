/**
 * What speaks on this serial port, and at what speed? For a port that does not answer as it was set.
 *
 *   each usual speed: open ─▶ HCI Reset out ─▶ listen ─┬─ its answer, or a report ─▶ a Bluetooth controller
 *                                                      ├─ a JSON object ───────────▶ a gateway
 *                                                      ├─ text, but no object ─────▶ perhaps a gateway that hears nobody
 *                                                      └─ nothing, or garbage ─────▶ the next speed
 *
 * Four bytes of HCI are all that is ever sent: a gateway takes them for noise.
 */
import type { Clock } from '../shared/domain/index.ts';
import type { ReceiverError } from './receiver.ts';
import type { SerialLine } from './serial/index.ts';

/** What firmwares of controllers and gateways are built with, the most usual first. */
export const usualBaudRates = [115_200, 1_000_000, 921_600, 460_800, 230_400, 57_600] as const;

export const findSpeedDelays = {
  /** A controller answers a reset within a second; a gateway that was reset by the opening has begun to boot. */
  silentMs: 1_500,
  /** Where there is text, an object may follow: a gateway boots, or waits for somebody to hear. */
  textMs: 4_000,
} as const;

/** Fewer bytes than this say nothing about being text. */
const minTextBytes = 48;
/** Another speed makes bytes of every kind; log text has its colours and line ends, but little else. */
const textShare = 0.95;

export interface Speaker {
  driver: 'hci-uart' | 'gateway';
  baudRate: number;
  /** false: it prints text, but nothing that only a gateway prints. */
  certain: boolean;
}

export interface FindSpeedOptions {
  /** A new line at this speed; a line lives once. */
  createLine: (baudRate: number) => SerialLine | Promise<SerialLine>;
  clock: Clock;
  /** Speeds that were tried already by other means are left out by the caller. */
  baudRates?: readonly number[];
  onTry?: (baudRate: number, nth: number, of: number) => void;
  signal?: AbortSignal | undefined;
}

/** @returns null when nothing spoke at any speed, or the reason why the port does not open at all. */
export async function findSpeed(options: FindSpeedOptions): Promise<Speaker | ReceiverError | null> {
  const rates = options.baudRates ?? usualBaudRates;
  let perhaps: Speaker | null = null;
  for (const [index, baudRate] of rates.entries()) {
    if (options.signal?.aborted) return null;
    options.onTry?.(baudRate, index + 1, rates.length);
    const heard = await listenAt(await options.createLine(baudRate), options);
    if (typeof heard === 'object') {
      // A speed that the port's chip does not have is no reason to give up; a port that is gone is.
      if (heard.code === 'port-failed') continue;
      return heard;
    }
    if (heard === 'hci-uart' || heard === 'gateway') return { driver: heard, baudRate, certain: true };
    if (heard === 'text') perhaps ??= { driver: 'gateway', baudRate, certain: false };
  }
  return perhaps;
}

type Heard = 'hci-uart' | 'gateway' | 'text' | 'nothing';

async function listenAt(
  line: SerialLine,
  { clock, signal }: FindSpeedOptions,
): Promise<Heard | ReceiverError> {
  const [{ H4Framer, HciDecoder }, { reset }, { JsonFinder, advertsOfMessage }] = await Promise.all([
    import('./hci-uart/index.ts'),
    import('./hci-uart/hci-commands.ts'),
    import('./gateway/index.ts'),
  ]);
  let settle: (heard: Heard) => void = () => {};
  const decided = new Promise<Heard>((resolve) => {
    settle = resolve;
  });
  let bytes = 0;
  let printable = 0;
  const question = reset();
  const decoder = new HciDecoder({
    report: () => settle('hci-uart'),
    answer: (opcode, status) => {
      if (opcode === question.opcode && status === 0) settle('hci-uart');
    },
    hardwareError: () => {},
    unknown: () => {},
    discarded: () => {},
  });
  const framer = new H4Framer({
    packet: (data, start, stop) => decoder.packet(data, start, stop),
    discarded: () => {},
  });
  const finder = new JsonFinder({
    object: (value) => {
      if (advertsOfMessage(value).length > 0) settle('gateway');
    },
    discarded: () => {},
    text: () => {},
  });
  const isText = () => bytes >= minTextBytes && printable >= bytes * textShare;
  const end = () => settle(isText() ? 'text' : 'nothing');
  const cancels = [
    clock.schedule(findSpeedDelays.silentMs, () => {
      framer.settle();
      if (!isText()) settle('nothing');
    }),
    clock.schedule(findSpeedDelays.textMs, end),
  ];
  signal?.addEventListener('abort', end);
  try {
    const opened = await line.open({
      bytes: (chunk) => {
        bytes += chunk.length;
        printable += chunk.filter(isPrintable).length;
        framer.push(chunk);
        finder.push(chunk);
      },
      lost: end,
    });
    if (!opened.ok) return opened.error;
    await line.write(question.bytes);
    return await decided;
  } finally {
    for (const cancel of cancels) cancel();
    signal?.removeEventListener('abort', end);
    await line.close();
  }
}

/** ASCII from space to tilde, tab, line ends, and the escape that colours begin with. */
function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0x1b;
}
