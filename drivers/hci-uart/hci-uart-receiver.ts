/**
 * A Bluetooth controller on a serial line as a receiver.
 *
 *   SerialLine ── bytes ──▶ H4Framer ── packets ──▶ HciDecoder ──▶ reports ──▶ listeners
 *       ▲                                              │
 *       └── commands ── CommandChannel ◀── answers ────┘
 *                             ▲
 *                       StartSequence (reset … scan enable), restartScan
 */
import { type Cancel, type Clock, err, ok, type Result, systemClock } from '../../shared/domain/index.ts';
import type {
  AdvertisingReport,
  Receiver,
  ReceiverCounters,
  ReceiverError,
  ReceiverHealth,
  ReceiverListener,
  Unsubscribe,
} from '../receiver.ts';
import { ReceiverCore } from '../receiver-core.ts';
import type { SerialLine } from '../serial/index.ts';
import { CommandChannel } from './command-channel.ts';
import { H4Framer } from './h4-framer.ts';
import {
  type HciCommand,
  leSetExtendedScanEnable,
  leSetExtendedScanParameters,
  leSetScanEnable,
  leSetScanParameters,
  type ScanTiming,
} from './hci-commands.ts';
import { hciStatusText, maxEventPacketBytes, opcodeName } from './hci-constants.ts';
import { HciDecoder } from './hci-decoder.ts';
import { StartSequence } from './start-sequence.ts';

/** All waiting of this driver, in milliseconds. */
export const hciUartDelays = {
  /** Controllers answer within tens of milliseconds; a reset of a slow one takes half a second. */
  commandTimeoutMs: 1_000,
  /** The first reset may be lost in what the controller still expected from the host before us. */
  resetAttempts: 3,
  /** No pause inside a packet is longer: USB bridges hold bytes back for up to 16 ms, a busy host for some more. */
  quietMs: 100,
} as const;

export interface HciUartOptions {
  id: string;
  /** Makes the line to open; called once. */
  line: SerialLine;
  clock?: Clock;
  timing?: ScanTiming;
  /** Every chunk as it came, for recording. */
  onBytes?: (chunk: Uint8Array) => void;
}

export class HciUartReceiver implements Receiver {
  readonly id: string;
  readonly kind = 'hci-uart';
  readonly #clock: Clock;
  readonly #line: SerialLine;
  readonly #core: ReceiverCore;
  readonly #framer: H4Framer;
  readonly #decoder: HciDecoder;
  readonly #channel: CommandChannel;
  readonly #start: StartSequence;
  readonly #timing: ScanTiming | undefined;
  readonly #onBytes: ((chunk: Uint8Array) => void) | undefined;
  #nowMs = 0;
  #quietTimer: Cancel | null = null;
  #lastBytesAtMs = 0;

  constructor(options: HciUartOptions) {
    this.id = options.id;
    this.#clock = options.clock ?? systemClock;
    this.#line = options.line;
    this.#timing = options.timing;
    this.#onBytes = options.onBytes;
    this.#core = new ReceiverCore(this.#clock);
    this.#channel = new CommandChannel(this.#clock, this.#line);
    this.#start = new StartSequence(options.timing);
    this.#decoder = new HciDecoder({
      report: (address, addressType, data, rssiDbm) => {
        const report: AdvertisingReport = {
          receiverId: this.id,
          address,
          addressType,
          rssiDbm,
          data,
          atMs: this.#nowMs,
        };
        this.#core.report(report);
      },
      answer: (opcode, status, returned) => {
        if (!this.#channel.answered(opcode, status, returned)) this.#core.unknownEvent();
      },
      hardwareError: (code) => {
        this.#fail({ code: 'controller-crashed', text: `the controller reports hardware error ${code}` });
      },
      unknown: () => this.#core.unknownEvent(),
      discarded: (bytes, reason) => this.#core.discarded(bytes, reason),
    });
    this.#framer = new H4Framer({
      packet: (bytes, start, end) => {
        // A listener may have closed us in the middle of a chunk: what is behind is nobody's.
        if (!this.#core.isOpen) return;
        this.#core.packet();
        this.#decoder.packet(bytes, start, end);
      },
      discarded: (bytes, reason) => this.#core.discarded(bytes, reason),
    });
  }

  async open(): Promise<Result<void, ReceiverError>> {
    if (this.#core.health().state !== 'unopened') {
      return err({ code: 'already-opened', text: `receiver ${this.id} was opened before; make a new one` });
    }
    this.#core.starting();
    const opened = await this.#line.open({
      bytes: (chunk) => this.#receive(chunk),
      lost: (reason) => this.#fail(reason),
    });
    if (!opened.ok) {
      this.#fail(opened.error);
      return opened;
    }
    const started = await this.#startScanning();
    if (!started.ok) {
      this.#fail(started.error);
      await this.#line.close();
      return started;
    }
    if (this.#core.isEnded) return err(this.#endReason());
    this.#core.healthy();
    return ok(undefined);
  }

  subscribe(listener: ReceiverListener): Unsubscribe {
    return this.#core.subscribe(listener);
  }

  health(): ReceiverHealth {
    return this.#core.health();
  }

  counters(): ReceiverCounters {
    return this.#core.counters();
  }

  async restartScan(): Promise<Result<void, ReceiverError>> {
    if (this.#core.health().state !== 'healthy') {
      return err({ code: 'not-open', text: `receiver ${this.id} is not open: the scan cannot be restarted` });
    }
    this.#decoder.restart();
    const extended = this.#start.usesExtendedScanning;
    // Off may be refused when the scan is off already: that is why it is restarted.
    const steps: { command: HciCommand; mayRefuse: boolean }[] = extended
      ? [
          { command: leSetExtendedScanEnable(false), mayRefuse: true },
          { command: leSetExtendedScanParameters(this.#timing), mayRefuse: false },
          { command: leSetExtendedScanEnable(true), mayRefuse: false },
        ]
      : [
          { command: leSetScanEnable(false), mayRefuse: true },
          { command: leSetScanParameters(this.#timing), mayRefuse: false },
          { command: leSetScanEnable(true), mayRefuse: false },
        ];
    for (const { command, mayRefuse } of steps) {
      const answer = await this.#channel.send(command, hciUartDelays.commandTimeoutMs);
      if (!answer.ok) {
        // Another restart is under way: that is no reason to give the link up.
        if (answer.error.code !== 'not-open') this.#fail(answer.error);
        return answer;
      }
      if (answer.value.status !== 0 && !mayRefuse) {
        const text = `the controller refused ${opcodeName(command.opcode)}: ${hciStatusText(answer.value.status)}`;
        const reason: ReceiverError = { code: 'command-refused', text };
        this.#fail(reason);
        return err(reason);
      }
    }
    return ok(undefined);
  }

  async close(): Promise<void> {
    const wasHealthy = this.#core.health().state === 'healthy';
    this.#stopTimer();
    this.#core.closed();
    this.#channel.end({ code: 'not-open', text: `receiver ${this.id} was closed` });
    // A courtesy to the radio; whether it is heard does not matter.
    if (wasHealthy) {
      const off = this.#start.usesExtendedScanning ? leSetExtendedScanEnable(false) : leSetScanEnable(false);
      await this.#line.write(off.bytes);
    }
    await this.#line.close();
  }

  async #startScanning(): Promise<Result<void, ReceiverError>> {
    let resets = 0;
    for (;;) {
      const command = this.#start.command;
      if (command === null) return ok(undefined);
      const answer = await this.#channel.send(command, hciUartDelays.commandTimeoutMs);
      if (answer.ok) {
        const next = this.#start.answered(answer.value.status, answer.value.returned);
        if (!next.ok) return next;
        continue;
      }
      if (answer.error.code !== 'no-answer') return answer;
      resets++;
      if (this.#start.state !== 'reset' || resets >= hciUartDelays.resetAttempts) {
        return err(this.#explainSilence(answer.error));
      }
    }
  }

  /** Bytes, but none that are HCI: another device, or another speed. */
  #explainSilence(silence: ReceiverError): ReceiverError {
    if (this.#start.state !== 'reset') return silence;
    this.#framer.settle();
    const { packets, discardedBytes: bytes } = this.#core.counters();
    // Noise at another speed looks like a packet now and then; a controller's are more than what is lost between them.
    if (bytes <= packets * maxEventPacketBytes) return silence;
    return {
      code: 'not-a-controller',
      text: `${this.#line.path} sends ${bytes} bytes, but no HCI: no Bluetooth controller, or another baud rate`,
    };
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#core.isOpen) return;
    this.#nowMs = this.#clock.nowMs();
    this.#onBytes?.(chunk);
    this.#framer.push(chunk);
    this.#lastBytesAtMs = this.#nowMs;
    if (this.#quietTimer === null && this.#framer.isUndecided) this.#watchQuiet(hciUartDelays.quietMs);
  }

  /** One timer at most, moved on when it fires, so that a busy line costs no timers. */
  #watchQuiet(delayMs: number): void {
    this.#quietTimer = this.#clock.schedule(delayMs, () => {
      this.#quietTimer = null;
      if (!this.#core.isOpen || !this.#framer.isUndecided) return;
      const leftMs = this.#lastBytesAtMs + hciUartDelays.quietMs - this.#clock.nowMs();
      if (leftMs > 0) {
        this.#watchQuiet(leftMs);
        return;
      }
      // A late timer of a busy process fires before the bytes that wait in the port are read: let
      // them come first, and look again.
      const seenAtMs = this.#lastBytesAtMs;
      this.#quietTimer = this.#clock.schedule(1, () => {
        this.#quietTimer = null;
        if (!this.#core.isOpen) return;
        if (this.#lastBytesAtMs === seenAtMs) {
          this.#nowMs = this.#clock.nowMs();
          this.#framer.settle();
        }
        if (this.#framer.isUndecided) this.#watchQuiet(hciUartDelays.quietMs);
      });
    });
  }

  #stopTimer(): void {
    this.#quietTimer?.();
    this.#quietTimer = null;
  }

  #fail(reason: ReceiverError): void {
    if (this.#core.isEnded) return;
    this.#stopTimer();
    this.#framer.end();
    this.#core.failed(reason);
    this.#channel.end(reason);
    void this.#line.close();
  }

  #endReason(): ReceiverError {
    const health = this.#core.health();
    if (health.state === 'failed') return health.reason;
    return { code: 'not-open', text: `receiver ${this.id} was closed while it opened` };
  }
}
