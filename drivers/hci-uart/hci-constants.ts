/**
 * Numbers of the Host Controller Interface that this product uses.
 * Source: Bluetooth Core Specification 5.4, Vol 4 Part A (H4) and Part E (commands and events).
 */

/** First byte of every H4 packet (Vol 4 Part A 2). */
export const h4 = { command: 0x01, acl: 0x02, sco: 0x03, event: 0x04, iso: 0x05 } as const;

/** Opcode = group << 10 | command. */
export const opcodes = {
  setEventMask: 0x0c01, // 7.3.1
  reset: 0x0c03, // 7.3.2
  writeLeHostSupport: 0x0c6d, // 7.3.79
  readLocalVersion: 0x1001, // 7.4.1
  readLocalSupportedCommands: 0x1002, // 7.4.2
  readLocalSupportedFeatures: 0x1003, // 7.4.3
  leSetEventMask: 0x2001, // 7.8.1
  leReadLocalSupportedFeatures: 0x2003, // 7.8.3
  leSetScanParameters: 0x200b, // 7.8.10
  leSetScanEnable: 0x200c, // 7.8.11
  leSetExtendedScanParameters: 0x2041, // 7.8.64
  leSetExtendedScanEnable: 0x2042, // 7.8.65
} as const;

/** 7.7 */
export const events = {
  commandComplete: 0x0e,
  commandStatus: 0x0f,
  hardwareError: 0x10,
  leMeta: 0x3e,
  vendor: 0xff,
} as const;

/** 7.7.65 */
export const leSubevents = { advertisingReport: 0x02, extendedAdvertisingReport: 0x0d } as const;

/** Longest event: type, code, length and 255 bytes. */
export const maxEventPacketBytes = 258;

/** "127: RSSI is not available" (7.7.65.2); extended reports use the same number. */
export const rssiUnknown = 127;

/** Command Complete status codes (Vol 1 Part F) that are met in practice. */
export function hciStatusText(status: number): string {
  const names: Record<number, string> = {
    1: 'unknown command',
    12: 'command disallowed',
    17: 'unsupported feature or parameter',
    18: 'invalid command parameters',
    31: 'unspecified error',
  };
  return `${names[status] ?? 'error'} (0x${status.toString(16).padStart(2, '0')})`;
}

export function opcodeName(opcode: number): string {
  const name = Object.entries(opcodes).find(([, value]) => value === opcode)?.[0];
  return name ?? `0x${opcode.toString(16).padStart(4, '0')}`;
}
