/**
 * Report events → single reports. Pure: bytes in, calls out, no allocation of its own.
 * The layouts are drawn in `report-layout.ts`, which also says whether an event may be walked at all.
 */
import type { AddressType } from '../receiver.ts';
import { leSubevents, rssiUnknown } from './hci-constants.ts';
import { reportEventShape, shape } from './report-layout.ts';

/** What follows in later events of an extended advertisement (Vol 4 Part E 7.7.65.13, Event_Type bits 5 and 6). */
export type DataStatus = 'complete' | 'more-to-come' | 'truncated';

export type ReportVisitor = (
  bytes: Uint8Array,
  /** First of six address bytes, least significant first. */
  addressAt: number,
  /** As on the wire; {@link addressTypeOf} names it. */
  addressType: number,
  dataStart: number,
  dataEnd: number,
  rssiDbm: number | null,
  status: DataStatus,
  /** Advertising set, 0xff when there is none. */
  setId: number,
) => void;

/**
 * @param at first byte after the event's length: the subevent code
 * @returns false when the event contradicts its own lengths; then nothing was visited.
 */
export function visitReports(bytes: Uint8Array, at: number, end: number, visit: ReportVisitor): boolean {
  const judged = reportEventShape(bytes, at, end, end);
  if (judged === shape.impossible || judged === shape.pending) return false;
  const count = bytes[at + 1] as number;
  if (bytes[at] === leSubevents.extendedAdvertisingReport) visitExtended(bytes, at + 2, count, visit);
  else if (judged === shape.columns) visitColumns(bytes, at + 2, count, visit);
  else visitLegacy(bytes, at + 2, count, visit);
  return true;
}

function visitLegacy(bytes: Uint8Array, first: number, count: number, visit: ReportVisitor): void {
  let at = first;
  for (let i = 0; i < count; i++) {
    const dataStart = at + 9;
    const dataEnd = dataStart + (bytes[at + 8] as number);
    visit(
      bytes,
      at + 2,
      bytes[at + 1] as number,
      dataStart,
      dataEnd,
      rssiOf(bytes[dataEnd] as number),
      'complete',
      0xff,
    );
    at = dataEnd + 1;
  }
}

function visitColumns(bytes: Uint8Array, first: number, count: number, visit: ReportVisitor): void {
  const lengthsAt = first + count * 8;
  let dataStart = lengthsAt + count;
  let rssiAt = dataStart;
  for (let i = 0; i < count; i++) rssiAt += bytes[lengthsAt + i] as number;
  for (let i = 0; i < count; i++) {
    const dataEnd = dataStart + (bytes[lengthsAt + i] as number);
    visit(
      bytes,
      first + count * 2 + i * 6,
      bytes[first + count + i] as number,
      dataStart,
      dataEnd,
      rssiOf(bytes[rssiAt + i] as number),
      'complete',
      0xff,
    );
    dataStart = dataEnd;
  }
}

function visitExtended(bytes: Uint8Array, first: number, count: number, visit: ReportVisitor): void {
  let at = first;
  for (let i = 0; i < count; i++) {
    const status = (bytes[at] as number) & 0x60;
    const dataStart = at + 24;
    const dataEnd = dataStart + (bytes[at + 23] as number);
    visit(
      bytes,
      at + 3,
      bytes[at + 2] as number,
      dataStart,
      dataEnd,
      rssiOf(bytes[at + 13] as number),
      status === 0 ? 'complete' : status === 0x20 ? 'more-to-come' : 'truncated',
      bytes[at + 11] as number,
    );
    at = dataEnd;
  }
}

/** Signed dBm; null for 127 ("not available") and for the values the specification reserves. */
export function rssiOf(byte: number): number | null {
  if (byte >= 0x80) return byte === 0x80 ? null : byte - 256;
  return byte <= 20 && byte !== rssiUnknown ? byte : null;
}

export function addressTypeOf(type: number): AddressType {
  switch (type) {
    case 0:
      return 'public';
    case 1:
      return 'random';
    case 2:
      return 'public-identity';
    case 3:
      return 'random-identity';
    case 0xff:
      return 'anonymous';
    default:
      return 'unknown';
  }
}
