/**
 * The inside of the two advertising report events: does it agree with its own lengths, and where do
 * its reports stand? Works on a part of an event too, so that the framer can tell garbage early.
 *
 *   LE Advertising Report (Vol 4 Part E 7.7.65.2), after type, code and length:
 *     02 count { event-type address-type address×6 length data×length rssi } × count
 *   LE Extended Advertising Report (7.7.65.13):
 *     0d count { event-type×2 address-type address×6 phy×2 sid tx-power rssi interval×2
 *                direct-type direct-address×6 length data×length } × count
 *
 * The specification lists the fields as arrays; controllers in the field send one report after the
 * other (the reading that the newer specifications state), a few old ones send array after array
 * ("columns"). The second is tried only where the first does not fit.
 */
import { leSubevents, rssiUnknown } from './hci-constants.ts';

/** How sure one can be that these bytes are what they seem. */
export const shape = {
  /** Contradicts itself. */
  impossible: 0,
  /** Consistent so far, not all of it is here. */
  pending: 1,
  /** All lengths agree, down to the advertising data's own. */
  verified: 2,
  /** The lengths of the event agree; the advertising data inside, its length or the RSSI is odd. */
  doubtful: 3,
  /** As `verified`, in columns. */
  columns: 4,
} as const;
export type Shape = (typeof shape)[keyof typeof shape];

const legacyFixed = 10;
const extendedFixed = 24;
const maxLegacyData = 31;
const maxReports = 25;
/** dBm: the highest RSSI a controller may say, besides 127 for unknown. */
const maxRssi = 20;

/**
 * @param at first byte after the event's length: the subevent code
 * @param eventEnd where the event ends by its length byte
 * @param available end of the bytes at hand, may lie before `eventEnd`
 */
export function reportEventShape(bytes: Uint8Array, at: number, eventEnd: number, available: number): Shape {
  if (eventEnd - at < 2) return shape.impossible;
  if (available < at + 2) return shape.pending;
  const count = bytes[at + 1] as number;
  if (count < 1 || count > maxReports) return shape.impossible;
  if (bytes[at] === leSubevents.extendedAdvertisingReport) {
    return extendedShape(bytes, at + 2, count, eventEnd, available);
  }
  const rows = legacyShape(bytes, at + 2, count, eventEnd, available);
  if (rows !== shape.impossible || count < 2) return rows;
  return columnsShape(bytes, at + 2, count, eventEnd, available);
}

function legacyShape(bytes: Uint8Array, first: number, count: number, end: number, available: number): Shape {
  let at = first;
  let odd = 0;
  for (let i = 0; i < count; i++) {
    if (at + legacyFixed > end) return shape.impossible;
    if (available > at && (bytes[at] as number) > 4) return shape.impossible;
    if (available > at + 1 && (bytes[at + 1] as number) > 3) return shape.impossible;
    if (available < at + 9) return shape.pending;
    const length = bytes[at + 8] as number;
    const rssiAt = at + 9 + length;
    if (rssiAt >= end) return shape.impossible;
    if (available <= rssiAt) return i === count - 1 && rssiAt + 1 !== end ? shape.impossible : shape.pending;
    // Longer than a legacy advertisement can be: hosts that join the scan response pass it on so.
    const oddData = length > maxLegacyData || !advertisingDataFits(bytes, at + 9, rssiAt);
    const oddRssi = !isRssi(bytes[rssiAt] as number);
    // One oddity is met in the field; both together mean that the length is not a length.
    if (oddData && oddRssi) return shape.impossible;
    if (oddData || oddRssi) odd++;
    at = rssiAt + 1;
  }
  if (at !== end) return shape.impossible;
  return odd === 0 ? shape.verified : shape.doubtful;
}

function extendedShape(
  bytes: Uint8Array,
  first: number,
  count: number,
  end: number,
  available: number,
): Shape {
  let at = first;
  let odd = 0;
  for (let i = 0; i < count; i++) {
    if (at + extendedFixed > end) return shape.impossible;
    if (available > at + 1 && ((bytes[at] as number) > 0x7f || bytes[at + 1] !== 0)) return shape.impossible;
    if (available > at + 2 && !isExtendedAddressType(bytes[at + 2] as number)) return shape.impossible;
    if (available > at + 10 && ((bytes[at + 9] as number) > 4 || (bytes[at + 10] as number) > 4)) {
      return shape.impossible;
    }
    if (available < at + extendedFixed) return shape.pending;
    const length = bytes[at + 23] as number;
    const next = at + extendedFixed + length;
    if (next > end) return shape.impossible;
    if (available < next) return i === count - 1 && next !== end ? shape.impossible : shape.pending;
    // Fragments cut structures in two, the last one too: only the data of legacy PDUs (bit 4) is looked into.
    const legacy = ((bytes[at] as number) & 0x10) !== 0;
    const oddData = legacy && !advertisingDataFits(bytes, at + extendedFixed, next);
    const oddRssi = !isRssi(bytes[at + 13] as number);
    if (oddData && oddRssi) return shape.impossible;
    if (oddData || oddRssi) odd++;
    at = next;
  }
  if (at !== end) return shape.impossible;
  return odd === 0 ? shape.verified : shape.doubtful;
}

function columnsShape(
  bytes: Uint8Array,
  first: number,
  count: number,
  end: number,
  available: number,
): Shape {
  if (end < first + count * legacyFixed) return shape.impossible;
  if (available < first + count * 2) return shape.pending;
  for (let i = 0; i < count; i++) {
    if ((bytes[first + i] as number) > 4 || (bytes[first + count + i] as number) > 3) return shape.impossible;
  }
  const lengthsAt = first + count * 8;
  if (available < lengthsAt + count) return shape.pending;
  let dataBytes = 0;
  for (let i = 0; i < count; i++) {
    const length = bytes[lengthsAt + i] as number;
    if (length > maxLegacyData) return shape.impossible;
    dataBytes += length;
  }
  if (lengthsAt + count + dataBytes + count !== end) return shape.impossible;
  return available < end ? shape.pending : shape.columns;
}

/** Do the structures end where the data ends? A zero length starts padding (Vol 3 Part C 11). */
function advertisingDataFits(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const length = bytes[at] as number;
    if (length === 0) return true;
    at += 1 + length;
  }
  return at === end;
}

function isRssi(byte: number): boolean {
  return byte >= 0x80 || byte <= maxRssi || byte === rssiUnknown;
}

function isExtendedAddressType(type: number): boolean {
  return type <= 3 || type === 0xff;
}
