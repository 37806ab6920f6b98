/**
 * H4 packets → what they say. Joins the pure parts: report layouts, fragments, command answers.
 *
 *   H4Framer ─ packet ─▶ HciDecoder ─┬─ report(address, type, data, rssi)
 *                                    ├─ answer(opcode, status, returned)     to the command that waits
 *                                    ├─ hardwareError(code)
 *                                    └─ unknown()
 */
import { hexOfByte } from '../frames/hex.ts';
import type { AddressType, DiscardReason } from '../receiver.ts';
import { addressTypeOf, type DataStatus, visitReports } from './advertising-reports.ts';
import { FragmentJoiner } from './fragments.ts';
import { events, h4, leSubevents } from './hci-constants.ts';

export interface HciSink {
  report(address: string, addressType: AddressType, data: Uint8Array, rssiDbm: number | null): void;
  /** Command Complete or Command Status. `returned` is what follows the status. */
  answer(opcode: number, status: number, returned: Uint8Array): void;
  hardwareError(code: number): void;
  /** A well-formed packet that means nothing to a receiver. */
  unknown(): void;
  discarded(bytes: number, reason: DiscardReason): void;
}

export class HciDecoder {
  readonly #sink: HciSink;
  readonly #joiner: FragmentJoiner;

  constructor(sink: HciSink) {
    this.#sink = sink;
    this.#joiner = new FragmentJoiner((bytes) => sink.discarded(bytes, 'fragment-lost'));
  }

  /** One whole H4 packet, `bytes[start]` is its type. */
  packet(bytes: Uint8Array, start: number, end: number): void {
    if (bytes[start] !== h4.event || end - start < 3) {
      this.#sink.unknown();
      return;
    }
    const at = start + 3;
    switch (bytes[start + 1]) {
      case events.leMeta:
        this.#leMeta(bytes, at, end);
        return;
      case events.commandComplete:
        // Parameters: credits, opcode ×2, then what is returned; its first byte is the status. An
        // opcode of 0 only grants credits and returns nothing (7.7.14).
        if (end - at < 3) this.#sink.discarded(end - start, 'malformed');
        else this.#sink.answer(uint16(bytes, at + 1), bytes[at + 3] ?? 0, bytes.subarray(at + 4, end));
        return;
      case events.commandStatus:
        // Parameters: status, credits, opcode ×2 (7.7.15).
        if (end - at < 4) this.#sink.discarded(end - start, 'malformed');
        else this.#sink.answer(uint16(bytes, at + 2), bytes[at] as number, bytes.subarray(end, end));
        return;
      case events.hardwareError:
        this.#sink.hardwareError(bytes[at] ?? 0);
        return;
      default:
        this.#sink.unknown();
    }
  }

  /** Forgets advertisements that are half here: the scan starts anew. */
  restart(): void {
    this.#joiner.clear();
  }

  #leMeta(bytes: Uint8Array, at: number, end: number): void {
    const subevent = bytes[at];
    if (subevent !== leSubevents.advertisingReport && subevent !== leSubevents.extendedAdvertisingReport) {
      this.#sink.unknown();
      return;
    }
    if (!visitReports(bytes, at, end, this.#visit)) this.#sink.discarded(end - at + 3, 'malformed');
  }

  readonly #visit = (
    bytes: Uint8Array,
    addressAt: number,
    addressType: number,
    dataStart: number,
    dataEnd: number,
    rssiDbm: number | null,
    status: DataStatus,
    setId: number,
  ): void => {
    const data = bytes.subarray(dataStart, dataEnd);
    const address = addressText(bytes, addressAt);
    if (status === 'complete' && this.#joiner.isIdle) {
      this.#sink.report(address, addressTypeOf(addressType), data, rssiDbm);
      return;
    }
    const key = `${address} ${addressType} ${setId}`;
    if (status === 'more-to-come') {
      this.#joiner.add(key, data);
      return;
    }
    // Truncated data is still told: the structures at its front are whole.
    const whole = this.#joiner.finish(key, data);
    if (whole !== null) this.#sink.report(address, addressTypeOf(addressType), whole, rssiDbm);
  };
}

/** Six bytes, least significant first, as `aa:bb:cc:dd:ee:ff`. */
export function addressText(bytes: Uint8Array, at: number): string {
  const hex = hexOfByte;
  return `${hex[bytes[at + 5] as number]}:${hex[bytes[at + 4] as number]}:${hex[bytes[at + 3] as number]}:${
    hex[bytes[at + 2] as number]
  }:${hex[bytes[at + 1] as number]}:${hex[bytes[at] as number]}`;
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}
