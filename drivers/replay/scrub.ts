/**
 * What a recording must not tell. Device names are always blanked: people name phones after themselves.
 * Radio addresses are replaced on request, each by the same other one throughout a recording, so that
 * a replay still shows who was heard when, and nobody can tell whose radio it was. Devices also write their
 * own address into what they say, in bytes of either order or as text: there it is replaced too. Only codes
 * stay as they are: a recording is made to show what happened to them.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { decodeBeaconFrame } from '../frames/index.ts';
import type { AdvertisingReport } from '../receiver.ts';

/** Structures (Assigned Numbers 2.3) that hold a name, and those that hold an address. */
const nameTypes: ReadonlySet<number> = new Set([0x08, 0x09, 0x30]);
const addressDataTypes: ReadonlySet<number> = new Set([0x17, 0x18, 0x1b]);
const blank = 0x78; // x
const maxRemembered = 4096;

export class Scrubber {
  readonly #scrambleAddresses: boolean;
  /** Lives as long as the recording and is never stored. */
  readonly #key: Uint8Array;
  readonly #remembered = new Map<string, string>();

  /** With the same `key` several files of one recording scramble an address alike. */
  constructor(scrambleAddresses: boolean, key: Uint8Array = randomBytes(32)) {
    this.#scrambleAddresses = scrambleAddresses;
    this.#key = key;
  }

  scrub(report: AdvertisingReport): AdvertisingReport {
    const address = this.#scrambleAddresses ? this.#scramble(report.address) : report.address;
    return { ...report, address, data: this.#cleaned(report.data, report.address, address) };
  }

  #scramble(address: string): string {
    const known = this.#remembered.get(address);
    if (known !== undefined) return known;
    const digest = createHmac('sha256', this.#key).update(address).digest();
    // The two highest bits say what kind of random address it is (Vol 6 Part B 1.3.2): kept.
    const first = Number.parseInt(address.slice(0, 2), 16);
    digest[0] = (first & 0xc0) | ((digest[0] ?? 0) & 0x3f);
    const scrambled = digest.toString('hex', 0, 6).match(/../g)?.join(':') ?? address;
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
    this.#remembered.set(address, scrambled);
    return scrambled;
  }

  /** Structure by structure; the data itself is not changed. */
  #cleaned(data: Uint8Array, address: string, scrambled: string): Uint8Array {
    const cleaned = Buffer.from(data);
    for (let at = 0; at + 1 < cleaned.length; ) {
      const length = cleaned[at] as number;
      const type = cleaned[at + 1] as number;
      const end = Math.min(at + 1 + length, cleaned.length);
      const hidden = nameTypes.has(type) || (this.#scrambleAddresses && addressDataTypes.has(type));
      if (hidden) cleaned.fill(blank, at + 2, end);
      else if (this.#scrambleAddresses && decodeBeaconFrame(cleaned.subarray(at, end)) === null) {
        replaceAddress(cleaned.subarray(at + 2, end), address, scrambled);
      }
      at = at + 1 + length;
    }
    return new Uint8Array(cleaned.buffer, cleaned.byteOffset, cleaned.length);
  }
}

/** Every way in which a device writes its own address: bytes of both orders, and hexadecimal text of both. */
function replaceAddress(value: Buffer, address: string, scrambled: string): void {
  const from = address.split(':');
  const to = scrambled.split(':');
  for (const turn of [(parts: string[]) => parts, (parts: string[]) => parts.toReversed()]) {
    const old = turn(from).join('');
    const replacement = turn(to).join('');
    replaceAll(value, Buffer.from(old, 'hex'), Buffer.from(replacement, 'hex'));
    for (const between of ['', ':']) {
      const text = turn(from).join(between);
      const other = turn(to).join(between);
      replaceAll(value, Buffer.from(text), Buffer.from(other));
      replaceAll(value, Buffer.from(text.toUpperCase()), Buffer.from(other.toUpperCase()));
    }
  }
}

function replaceAll(value: Buffer, old: Buffer, replacement: Buffer): void {
  for (let at = value.indexOf(old); at >= 0; at = value.indexOf(old, at + old.length)) {
    replacement.copy(value, at);
  }
}
