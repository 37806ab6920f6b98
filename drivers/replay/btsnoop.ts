/**
 * btsnoop files, the form that Android, BlueZ and Wireshark share.
 *
 *   header   "btsnoop\0"  version u32 = 1   datalink u32 (1001 HCI without type byte, 1002 H4)
 *   record   original length u32   included length u32   flags u32   drops u32   time i64   data
 *
 * All numbers big-endian. Flags: bit 0 set = received from the controller, bit 1 set = command or
 * event. Time: microseconds since the year 0 (0x00dcddb30f2f8000 is 1970-01-01).
 * Source: RFC 1761 (snoop) as changed by Symbian; Wireshark wiretap/btsnoop.c.
 */
import { err, ok, type Result } from '../../shared/domain/index.ts';
import { h4 } from '../hci-uart/hci-constants.ts';
import type { ReceiverError } from '../receiver.ts';

export const btsnoopHeaderBytes = 16;
export const btsnoopRecordHeaderBytes = 24;
/** More than any HCI packet: a record that claims more is not a record. */
export const maxRecordBytes = 65_536 + 16;

const magic = Uint8Array.from([0x62, 0x74, 0x73, 0x6e, 0x6f, 0x6f, 0x70, 0x00]);
export const datalinks = { hci: 1001, h4: 1002 } as const;
export type Datalink = (typeof datalinks)[keyof typeof datalinks];

/** Microseconds from the year 0 to 1970. */
const epochOffsetUs = 0x00dcddb30f2f8000n;

export interface BtsnoopRecord {
  /** A whole H4 packet, also where the file leaves its type byte away. */
  packet: Uint8Array;
  /** From the controller to the host. */
  received: boolean;
  /** UTC milliseconds with microseconds in the fraction. */
  atMs: number;
  /** Shorter than it was on the wire. */
  cut: boolean;
}

export function isBtsnoop(firstBytes: Uint8Array): boolean {
  return firstBytes.length >= magic.length && magic.every((byte, i) => firstBytes[i] === byte);
}

/**
 * Reads a file that comes in pieces; memory is bounded by one record. A file that ends inside a record
 * (the phone was switched off) gives all whole records; `end()` says that something was missing.
 */
export class BtsnoopReader {
  readonly #record: (record: BtsnoopRecord) => void;
  #held: Uint8Array = new Uint8Array(0);
  #datalink: Datalink | null = null;
  #failed: ReceiverError | null = null;
  #offset = 0;

  constructor(record: (record: BtsnoopRecord) => void) {
    this.#record = record;
  }

  push(chunk: Uint8Array): Result<void, ReceiverError> {
    if (this.#failed !== null) return err(this.#failed);
    let bytes = chunk;
    if (this.#held.length > 0) {
      bytes = new Uint8Array(this.#held.length + chunk.length);
      bytes.set(this.#held);
      bytes.set(chunk, this.#held.length);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    if (this.#datalink === null) {
      if (bytes.length < btsnoopHeaderBytes) {
        this.#held = bytes;
        return ok(undefined);
      }
      const header = readHeader(bytes, view);
      if (!header.ok) return this.#fail(header.error);
      this.#datalink = header.value;
      at = btsnoopHeaderBytes;
    }
    while (at + btsnoopRecordHeaderBytes <= bytes.length) {
      const original = view.getUint32(at);
      const included = view.getUint32(at + 4);
      if (included > maxRecordBytes || included > original) {
        return this.#fail(
          malformed(`the record at byte ${this.#offset + at} claims ${included} of ${original} bytes`),
        );
      }
      const dataAt = at + btsnoopRecordHeaderBytes;
      const next = dataAt + included;
      if (next > bytes.length) break;
      const flags = view.getUint32(at + 8);
      this.#record({
        packet: h4Packet(bytes.subarray(dataAt, next), flags, this.#datalink),
        received: (flags & 1) === 1,
        atMs: Number(view.getBigInt64(at + 16) - epochOffsetUs) / 1000,
        cut: included < original,
      });
      at = next;
    }
    this.#offset += at;
    this.#held = bytes.subarray(at);
    return ok(undefined);
  }

  /** The file is over. An error here means that its last record (or its header) is cut off. */
  end(): Result<void, ReceiverError> {
    if (this.#failed !== null) return err(this.#failed);
    if (this.#datalink === null) return err(malformed('the file ends inside its header'));
    if (this.#held.length === 0) return ok(undefined);
    const text = `the file ends inside the record at byte ${this.#offset}; all records before it were read`;
    return err(malformed(text));
  }

  /** Bytes of a record that is not whole yet. */
  get heldBytes(): number {
    return this.#held.length;
  }

  #fail(error: ReceiverError): Result<void, ReceiverError> {
    this.#failed = error;
    this.#held = new Uint8Array(0);
    return err(error);
  }
}

/** The first 16 bytes of a file to record into. Always H4. */
export function encodeBtsnoopHeader(): Uint8Array {
  const bytes = new Uint8Array(btsnoopHeaderBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(8, 1);
  view.setUint32(12, datalinks.h4);
  return bytes;
}

/** One H4 packet as a record. */
export function encodeBtsnoopRecord(packet: Uint8Array, received: boolean, atMs: number): Uint8Array {
  const bytes = new Uint8Array(btsnoopRecordHeaderBytes + packet.length);
  const view = new DataView(bytes.buffer);
  const isCommandOrEvent = packet[0] === h4.command || packet[0] === h4.event;
  view.setUint32(0, packet.length);
  view.setUint32(4, packet.length);
  view.setUint32(8, (received ? 1 : 0) | (isCommandOrEvent ? 2 : 0));
  view.setUint32(12, 0);
  view.setBigInt64(16, BigInt(Math.round(atMs * 1000)) + epochOffsetUs);
  bytes.set(packet, btsnoopRecordHeaderBytes);
  return bytes;
}

function readHeader(bytes: Uint8Array, view: DataView): Result<Datalink, ReceiverError> {
  if (!isBtsnoop(bytes)) return err(malformed('this is no btsnoop file'));
  const version = view.getUint32(8);
  if (version !== 1) return err(malformed(`btsnoop version ${version}; only 1 is known`));
  const datalink = view.getUint32(12);
  if (datalink !== datalinks.hci && datalink !== datalinks.h4) {
    return err(malformed(`btsnoop with data of kind ${datalink}; only 1001 and 1002 carry plain HCI`));
  }
  return ok(datalink);
}

function h4Packet(data: Uint8Array, flags: number, datalink: Datalink): Uint8Array {
  if (datalink === datalinks.h4) return data;
  const received = (flags & 1) === 1;
  const type = (flags & 2) === 0 ? h4.acl : received ? h4.event : h4.command;
  const packet = new Uint8Array(data.length + 1);
  packet[0] = type;
  packet.set(data, 1);
  return packet;
}

function malformed(text: string): ReceiverError {
  return { code: 'file-malformed', text };
}
