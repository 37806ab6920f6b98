/** Commands to the controller: typed values → H4 bytes. Layouts: Core Spec Vol 4 Part E 5.4.1 and 7. */
import { h4, opcodes } from './hci-constants.ts';

export interface HciCommand {
  opcode: number;
  /** The whole H4 packet. */
  bytes: Uint8Array;
}

export interface ScanTiming {
  /** Units of 0.625 ms, 4 to 0x4000 (0xffff extended). */
  interval: number;
  /** Units of 0.625 ms, at most `interval`: equal means listening all the time. */
  window: number;
}

/** Listen without a break: a jack may be in range for a second only. 0x30 × 0.625 ms = 30 ms per channel. */
export const defaultScanTiming: ScanTiming = { interval: 0x0030, window: 0x0030 };

export function command(opcode: number, parameters: readonly number[] = []): HciCommand {
  const bytes = Uint8Array.from([h4.command, opcode & 0xff, opcode >> 8, parameters.length, ...parameters]);
  return { opcode, bytes };
}

export const reset = (): HciCommand => command(opcodes.reset);
export const readLocalVersion = (): HciCommand => command(opcodes.readLocalVersion);
export const readLocalSupportedCommands = (): HciCommand => command(opcodes.readLocalSupportedCommands);
export const readLocalSupportedFeatures = (): HciCommand => command(opcodes.readLocalSupportedFeatures);
export const leReadLocalSupportedFeatures = (): HciCommand => command(opcodes.leReadLocalSupportedFeatures);

/** 7.3.1: the events on by default after a reset, and bit 61, LE Meta. */
export const setEventMask = (): HciCommand =>
  command(opcodes.setEventMask, [0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0x00, 0x20]);

/** 7.8.1: bit 1 Advertising Report; bit 12 Extended Advertising Report, only where the controller has it. */
export const leSetEventMask = (extended: boolean): HciCommand =>
  command(opcodes.leSetEventMask, [0x1f, extended ? 0x10 : 0x00, 0, 0, 0, 0, 0, 0]);

/** 7.3.79: dual-mode controllers answer LE commands only when the host says that it speaks LE. */
export const writeLeHostSupport = (): HciCommand => command(opcodes.writeLeHostSupport, [0x01, 0x00]);

/**
 * 7.8.10, passive: a jack says everything in its advertisement, and asking every phone around for a
 * scan response would only fill the air.
 */
export const leSetScanParameters = (timing: ScanTiming = defaultScanTiming): HciCommand =>
  command(opcodes.leSetScanParameters, [
    0x00,
    ...uint16(timing.interval),
    ...uint16(timing.window),
    0x00,
    0x00,
  ]);

/** 7.8.11. Duplicates are wanted: each hearing carries an RSSI. */
export const leSetScanEnable = (enable: boolean): HciCommand =>
  command(opcodes.leSetScanEnable, [enable ? 1 : 0, 0x00]);

/** 7.8.64: own address public, accept all, LE 1M PHY only (jacks do not use LE Coded), passive. */
export const leSetExtendedScanParameters = (timing: ScanTiming = defaultScanTiming): HciCommand =>
  command(opcodes.leSetExtendedScanParameters, [
    0x00,
    0x00,
    0x01,
    0x00,
    ...uint16(timing.interval),
    ...uint16(timing.window),
  ]);

/** 7.8.65: no duplicate filter, no duration, no period. */
export const leSetExtendedScanEnable = (enable: boolean): HciCommand =>
  command(opcodes.leSetExtendedScanEnable, [enable ? 1 : 0, 0x00, 0x00, 0x00, 0x00, 0x00]);

function uint16(value: number): [number, number] {
  return [value & 0xff, value >> 8];
}
