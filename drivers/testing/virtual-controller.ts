/**
 * A Bluetooth controller that exists only in memory: answers HCI commands like a real one and says
 * what it "hears" as H4 bytes. The driver on the other end of the line cannot tell the difference.
 *
 *   driver ── commands ──▶ VirtualController ◀── advertise(…) ── a test, or the simulated lot
 *          ◀── events ────
 *
 *   It hears only while its scan is enabled, as a real radio does.
 */
import { h4, opcodes } from '../hci-uart/hci-constants.ts';
import type { SerialLine } from '../serial/serial-line.ts';
import {
  encodeAdvertisingReports,
  encodeCommandComplete,
  encodeEvent,
  encodeExtendedAdvertisingReports,
  type HeardAdvert,
} from './controller-codec.ts';

export type { HeardAdvert } from './controller-codec.ts';

export interface VirtualControllerOptions {
  /** Bluetooth 5 extended advertising; default true. */
  extendedScanning?: boolean;
  /** Opcodes it leaves unanswered, as a hung firmware does. */
  unanswered?: readonly number[];
  /** Opcodes it refuses, with the status it gives. */
  refused?: ReadonlyMap<number, number>;
  /** Called when the scan starts or stops. */
  onScanning?: (scanning: boolean) => void;
}

/** Longest command: type, opcode, length and 255 bytes. A twin does not need to be kinder than that. */
const maxCommandBytes = 259;

export class VirtualController {
  readonly #options: VirtualControllerOptions;
  #line: SerialLine | null = null;
  #pending: number[] = [];
  #scan: 'off' | 'legacy' | 'extended' = 'off';
  #filterDuplicates = false;
  #reported = new Set<string>();
  #deaf = false;
  #commands: number[] = [];

  constructor(options: VirtualControllerOptions = {}) {
    this.#options = options;
  }

  /** Plugs the controller to its end of a cable. Settles when it listens for commands. */
  async attach(line: SerialLine): Promise<void> {
    this.#line = line;
    const opened = await line.open({
      bytes: (chunk) => this.#receive(chunk),
      lost: () => this.#powerOff(),
    });
    if (!opened.ok) throw new Error(`the virtual controller cannot open its line: ${opened.error.text}`);
  }

  /**
   * One advertisement reaches the antenna.
   * @returns false when nothing was said to the host: not scanning, deaf, unplugged or a duplicate.
   */
  advertise(advert: HeardAdvert): boolean {
    if (!this.isScanning || this.#deaf) return false;
    if (this.#filterDuplicates) {
      if (this.#reported.has(advert.address)) return false;
      this.#reported.add(advert.address);
    }
    if (this.#scan === 'legacy') {
      if (advert.data.length > 31) return false;
      this.say(encodeAdvertisingReports([advert]));
    } else {
      for (const packet of encodeExtendedAdvertisingReports(advert)) this.say(packet);
    }
    return true;
  }

  /** Several advertisements in one event, as busy controllers say them (legacy scanning only). */
  advertiseTogether(adverts: readonly HeardAdvert[]): boolean {
    if (this.#scan !== 'legacy' || this.#deaf) return false;
    this.say(encodeAdvertisingReports(adverts));
    return true;
  }

  /** Raw bytes to the host: noise on the line, half packets, events of other kinds. */
  say(bytes: Uint8Array): void {
    void this.#line?.write(bytes);
  }

  /** The scan dies without an error, as happens in the field; only a new scan enable wakes it. */
  stopHearing(): void {
    this.#deaf = true;
  }

  /** The firmware crashes and starts again: Hardware Error event, scan off. */
  crash(): void {
    this.#setScan('off');
    this.say(encodeEvent(0x10, [0x42]));
  }

  /** The cable is pulled out, at once. Settles when its end of the line is free to be opened again. */
  async unplug(): Promise<void> {
    const line = this.#line;
    this.#powerOff();
    await line?.close();
  }

  get isScanning(): boolean {
    return this.#scan !== 'off' && this.#line !== null;
  }

  get scanKind(): 'off' | 'legacy' | 'extended' {
    return this.#scan;
  }

  /** Every opcode received so far, in order. */
  get commandsReceived(): readonly number[] {
    return this.#commands;
  }

  #powerOff(): void {
    this.#line = null;
    this.#pending = [];
    this.#setScan('off');
  }

  #receive(chunk: Uint8Array): void {
    for (const byte of chunk) {
      this.#pending.push(byte);
      if (this.#pending[0] !== h4.command || this.#pending.length > maxCommandBytes) {
        this.#pending = [];
        continue;
      }
      const [, low, high, length] = this.#pending;
      if (low === undefined || high === undefined || length === undefined) continue;
      if (this.#pending.length < 4 + length) continue;
      const parameters = this.#pending.slice(4);
      this.#pending = [];
      this.#command(low | (high << 8), parameters);
    }
  }

  #command(opcode: number, parameters: readonly number[]): void {
    this.#commands.push(opcode);
    if (this.#options.unanswered?.includes(opcode)) return;
    const refusal = this.#options.refused?.get(opcode);
    const returned = refusal === undefined ? this.#carryOut(opcode, parameters) : [refusal];
    this.say(encodeCommandComplete(opcode, returned));
  }

  /** @returns what Command Complete carries after the opcode; the first byte is the status. */
  #carryOut(opcode: number, parameters: readonly number[]): number[] {
    const extended = this.#options.extendedScanning ?? true;
    switch (opcode) {
      case opcodes.reset:
        this.#setScan('off');
        return [0];
      case opcodes.setEventMask:
      case opcodes.leSetEventMask:
      case opcodes.writeLeHostSupport:
      case opcodes.leSetScanParameters:
        return [0];
      case opcodes.readLocalVersion:
        // Status, HCI 5.2, revision ×2, LMP 5.2, company 0xffff (for tests) ×2, subversion ×2.
        return [0, 0x0b, 0, 0, 0x0b, 0xff, 0xff, 0, 0];
      case opcodes.readLocalSupportedCommands:
        return [0, ...supportedCommands(extended)];
      case opcodes.readLocalSupportedFeatures:
        return [0, 0, 0, 0, 0, 0x60, 0, 0, 0]; // LE supported, BR/EDR not supported (byte 4, bits 5 and 6)
      case opcodes.leReadLocalSupportedFeatures:
        return [0, 0, extended ? 0x10 : 0, 0, 0, 0, 0, 0, 0]; // LE Extended Advertising: bit 12
      case opcodes.leSetScanEnable:
        return this.#enable('legacy', parameters);
      case opcodes.leSetExtendedScanParameters:
        return extended ? [0] : [0x01];
      case opcodes.leSetExtendedScanEnable:
        return extended ? this.#enable('extended', parameters) : [0x01];
      default:
        return [0x01]; // unknown HCI command
    }
  }

  #enable(kind: 'legacy' | 'extended', parameters: readonly number[]): number[] {
    if (parameters.length !== (kind === 'legacy' ? 2 : 6)) return [0x12];
    // The two families of commands must not be mixed after a reset (Vol 4 Part E 3.1.1).
    if (this.#scan !== 'off' && this.#scan !== kind) return [0x0c];
    this.#deaf = false;
    this.#filterDuplicates = parameters[1] === 1;
    this.#setScan(parameters[0] === 1 ? kind : 'off');
    return [0];
  }

  #setScan(scan: 'off' | 'legacy' | 'extended'): void {
    const changed = scan !== this.#scan;
    this.#scan = scan;
    this.#reported.clear();
    if (changed) this.#options.onScanning?.(scan !== 'off');
  }
}

/** 64 bytes of bits (Vol 4 Part E 6.27): the ones this twin has. */
function supportedCommands(extended: boolean): number[] {
  const bytes = new Array<number>(64).fill(0);
  bytes[5] = 0xc0; // Set Event Mask, Reset
  bytes[14] = 0x08 | 0x20; // Read Local Version, Read Local Supported Features
  bytes[24] = 0x40; // Write LE Host Support
  bytes[25] = 0x01 | 0x04; // LE Set Event Mask, LE Read Local Supported Features
  bytes[26] = 0x04 | 0x08; // LE Set Scan Parameters, LE Set Scan Enable
  bytes[37] = extended ? 0x20 | 0x40 : 0; // LE Set Extended Scan Parameters, … Enable
  return bytes;
}
