/**
 * How a controller is brought to scan: a pure machine. Answers in, the next command out.
 *
 *   reset ─▶ event-mask ─▶ features ─▶ commands ─┬─▶ le-host (dual-mode only) ─┐
 *                                                └──────────────────────────────┴▶ le-event-mask
 *      ─▶ scan-parameters ─▶ scan-enable ─▶ scanning
 *                (both in the extended form when the controller has it)
 *
 *   Any state ── status ≠ 0 ──▶ failed, save where a refusal is harmless (see `mayRefuse`).
 */
import { err, ok, type Result, throwIllegalValue } from '../../shared/domain/index.ts';
import type { ReceiverError } from '../receiver.ts';
import {
  defaultScanTiming,
  type HciCommand,
  leSetEventMask,
  leSetExtendedScanEnable,
  leSetExtendedScanParameters,
  leSetScanEnable,
  leSetScanParameters,
  readLocalSupportedCommands,
  readLocalSupportedFeatures,
  reset,
  type ScanTiming,
  setEventMask,
  writeLeHostSupport,
} from './hci-commands.ts';
import { hciStatusText, opcodeName } from './hci-constants.ts';

export type StartState =
  | 'reset'
  | 'event-mask'
  | 'features'
  | 'commands'
  | 'le-host'
  | 'le-event-mask'
  | 'scan-parameters'
  | 'scan-enable'
  | 'scanning'
  | 'failed';

/** Old and bare controllers refuse these and scan none the worse. */
const mayRefuse: ReadonlySet<StartState> = new Set([
  'event-mask',
  'features',
  'commands',
  'le-host',
  'le-event-mask',
]);

export class StartSequence {
  readonly #timing: ScanTiming;
  #state: StartState = 'reset';
  #extended = false;
  #dualMode = false;

  constructor(timing: ScanTiming = defaultScanTiming) {
    this.#timing = timing;
  }

  get state(): StartState {
    return this.#state;
  }

  /** Known once `commands` was answered. */
  get usesExtendedScanning(): boolean {
    return this.#extended;
  }

  /** The command whose answer this state awaits; null in `scanning` and `failed`. */
  get command(): HciCommand | null {
    switch (this.#state) {
      case 'reset':
        return reset();
      case 'event-mask':
        return setEventMask();
      case 'features':
        return readLocalSupportedFeatures();
      case 'commands':
        return readLocalSupportedCommands();
      case 'le-host':
        return writeLeHostSupport();
      case 'le-event-mask':
        return leSetEventMask(this.#extended);
      case 'scan-parameters':
        return this.#extended ? leSetExtendedScanParameters(this.#timing) : leSetScanParameters(this.#timing);
      case 'scan-enable':
        return this.#extended ? leSetExtendedScanEnable(true) : leSetScanEnable(true);
      case 'scanning':
      case 'failed':
        return null;
      default:
        return throwIllegalValue(this.#state);
    }
  }

  /** The answer to {@link command}. @returns the error that made it `failed`. */
  answered(status: number, returned: Uint8Array): Result<StartState, ReceiverError> {
    const awaited = this.command;
    if (awaited === null) return ok(this.#state);
    if (status !== 0 && !mayRefuse.has(this.#state)) {
      this.#state = 'failed';
      return err({
        code: 'command-refused',
        text: `the controller refused ${opcodeName(awaited.opcode)}: ${hciStatusText(status)}`,
      });
    }
    if (status === 0) {
      if (this.#state === 'features') {
        // Byte 4 (Vol 2 Part C 3.2): bit 6 LE supported, bit 5 BR/EDR not supported.
        const byte4 = returned[4] ?? 0;
        if (returned.length >= 8 && (byte4 & 0x40) === 0) {
          this.#state = 'failed';
          return err({ code: 'low-energy-unsupported', text: 'the controller is Bluetooth Classic only' });
        }
        this.#dualMode = (byte4 & 0x20) === 0;
      }
      // Octet 37, bits 5 and 6 (Vol 4 Part E 6.27): the two extended scan commands.
      if (this.#state === 'commands') this.#extended = ((returned[37] ?? 0) & 0x60) === 0x60;
    }
    this.#state = this.#next();
    return ok(this.#state);
  }

  #next(): StartState {
    switch (this.#state) {
      case 'reset':
        return 'event-mask';
      case 'event-mask':
        return 'features';
      case 'features':
        return 'commands';
      case 'commands':
        return this.#dualMode ? 'le-host' : 'le-event-mask';
      case 'le-host':
        return 'le-event-mask';
      case 'le-event-mask':
        return 'scan-parameters';
      case 'scan-parameters':
        return 'scan-enable';
      case 'scan-enable':
      case 'scanning':
        return 'scanning';
      case 'failed':
        return 'failed';
      default:
        return throwIllegalValue(this.#state);
    }
  }
}
