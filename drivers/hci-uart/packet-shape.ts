/**
 * What could begin at this byte? H4 has neither a mark nor a checksum, so the framer lives by how
 * well a packet's inside agrees with its lengths.
 */
import { events, h4, leSubevents } from './hci-constants.ts';
import { reportEventShape, type Shape, shape } from './report-layout.ts';

/** A receiver never connects; data packets are skipped, and longer ones than any controller sends are garbage. */
export const maxDataPacketBytes = 2048;
const maxHandle = 0x0eff;

/**
 * How long each event of the specification is (Vol 4 Part E 7.7): [least, most] parameter bytes.
 * Events whose inside is checked more closely are not in it.
 */
const eventLengths: ReadonlyMap<number, readonly [number, number]> = new Map([
  [0x01, [1, 1]],
  [0x02, [15, 255]],
  [0x03, [11, 11]],
  [0x04, [10, 10]],
  [0x05, [4, 4]],
  [0x06, [3, 3]],
  [0x07, [255, 255]],
  [0x08, [4, 4]],
  [0x0b, [11, 11]],
  [0x0c, [8, 8]],
  [0x10, [1, 1]],
  [0x11, [2, 2]],
  [0x12, [8, 8]],
  [0x13, [5, 255]],
  [0x14, [6, 6]],
  [0x16, [6, 6]],
  [0x17, [6, 6]],
  [0x18, [23, 23]],
  [0x1a, [1, 1]],
  [0x1b, [3, 3]],
  [0x1c, [5, 5]],
  [0x1d, [5, 5]],
  [0x20, [7, 7]],
  [0x22, [15, 255]],
  [0x23, [13, 13]],
  [0x2c, [17, 17]],
  [0x2d, [9, 9]],
  [0x2e, [11, 11]],
  [0x2f, [255, 255]],
  [0x30, [3, 3]],
  [0x31, [6, 6]],
  [0x32, [9, 9]],
  [0x33, [10, 10]],
  [0x34, [6, 6]],
  [0x36, [7, 7]],
  [0x38, [4, 4]],
  [0x3d, [14, 14]],
  [0x57, [2, 2]],
  [0x59, [5, 5]],
]);

/** Packets of no interest whose inside cannot be checked: believed only where a packet must begin. */
export const unchecked = 5 as const;
/** Unchecked, and not even named by the specification. */
export const unknown = 6 as const;
export type PacketShape = Shape | typeof unchecked | typeof unknown;

/**
 * Total bytes of the packet that would begin at `at`: 0 when that is not known yet, −1 when no packet
 * can begin so, −2 when it claims to be longer than allowed.
 */
export function packetLength(bytes: Uint8Array, at: number, available: number): number {
  switch (bytes[at]) {
    case h4.event:
      return available < at + 3 ? 0 : 3 + (bytes[at + 2] as number);
    case h4.command:
      return available < at + 4 ? 0 : 4 + (bytes[at + 3] as number);
    case h4.sco:
      if (available < at + 4) return 0;
      return handleAt(bytes, at) > maxHandle ? -1 : 4 + (bytes[at + 3] as number);
    case h4.acl:
    case h4.iso: {
      if (available < at + 5) return 0;
      if (handleAt(bytes, at) > maxHandle) return -1;
      const length = 5 + ((bytes[at + 3] as number) | ((bytes[at + 4] as number) << 8));
      return length > maxDataPacketBytes ? -2 : length;
    }
    default:
      return -1;
  }
}

/** The bytes at `at`, judged as a packet of `packetLength`, whole or in part. */
export function packetShape(bytes: Uint8Array, at: number, available: number): PacketShape {
  if (bytes[at] !== h4.event) {
    const length = packetLength(bytes, at, available);
    return length < 0 ? shape.impossible : unchecked;
  }
  if (available < at + 3) return shape.pending;
  const code = bytes[at + 1] as number;
  const length = bytes[at + 2] as number;
  const end = at + 3 + length;
  switch (code) {
    case events.leMeta: {
      if (length < 1) return shape.impossible;
      if (available < at + 4) return shape.pending;
      const subevent = bytes[at + 3];
      if (subevent === leSubevents.advertisingReport || subevent === leSubevents.extendedAdvertisingReport) {
        return reportEventShape(bytes, at + 3, end, available);
      }
      return unchecked;
    }
    case events.commandComplete:
      if (length < 3 || (available > at + 5 && !isOpcodeGroup(bytes[at + 5] as number)))
        return shape.impossible;
      return available < end ? shape.pending : shape.verified;
    case events.commandStatus:
      if (length !== 4) return shape.impossible;
      return available < end ? shape.pending : shape.verified;
    case events.vendor:
      return unchecked;
    default: {
      const range = eventLengths.get(code);
      if (range === undefined) return unknown;
      return length >= range[0] && length <= range[1] ? unchecked : shape.impossible;
    }
  }
}

/** What stands right behind a packet: does it look like the next one? */
export const boundary = {
  /** Nothing of a packet begins so. */
  bad: 0,
  /** Possible, but so are many accidents. */
  weak: 1,
  /** Too few bytes to say. */
  undecided: 2,
  strong: 3,
} as const;
export type Boundary = (typeof boundary)[keyof typeof boundary];

export function boundaryAt(bytes: Uint8Array, at: number, available: number): Boundary {
  if (at >= available) return boundary.undecided;
  if (bytes[at] !== h4.event) return packetLength(bytes, at, available) < 0 ? boundary.bad : boundary.weak;
  if (available < at + 5) {
    // Hardware Error is the shortest event that matters and the only whole one in four bytes.
    return available >= at + 3 && packetShape(bytes, at, available) === shape.impossible
      ? boundary.bad
      : boundary.undecided;
  }
  // The next report event, nearly always: judged by its first bytes here, by all when its turn comes.
  if (bytes[at + 1] === events.leMeta) {
    const subevent = bytes[at + 3];
    const count = bytes[at + 4] as number;
    if (subevent === leSubevents.advertisingReport || subevent === leSubevents.extendedAdvertisingReport) {
      return count >= 1 && (bytes[at + 2] as number) >= 2 + 10 * count ? boundary.strong : boundary.bad;
    }
  }
  switch (packetShape(bytes, at, available)) {
    case shape.impossible:
      return boundary.bad;
    case unknown:
      return boundary.weak;
    case unchecked:
      return bytes[at + 1] === events.vendor ? boundary.weak : boundary.strong;
    default:
      return boundary.strong;
  }
}

/** Second byte of an opcode: groups 0 to 8 exist, and 0x3f for vendors (Vol 4 Part E 5.4.1). */
function isOpcodeGroup(byte: number): boolean {
  return byte <= 0x23 || byte >= 0xfc;
}

function handleAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 1] as number) | ((bytes[at + 2] as number) << 8)) & 0x0fff;
}
