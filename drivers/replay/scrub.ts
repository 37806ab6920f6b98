/**
 * What a recording must not tell. Device names are always blanked: people name phones after themselves.
 * Radio addresses are replaced on request, each by the same other one throughout a recording, so that
 * a replay still shows who was heard when, and nobody can tell whose radio it was.
 */
import { createHmac, randomBytes } from 'node:crypto';
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
    return {
      ...report,
      address: this.#scrambleAddresses ? this.#scramble(report.address) : report.address,
      data: this.#blank(report.data),
    };
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

  #blank(data: Uint8Array): Uint8Array {
    let blanked: Uint8Array | null = null;
    for (let at = 0; at + 1 < data.length; ) {
      const length = data[at] as number;
      const type = data[at + 1] as number;
      const next = at + 1 + length;
      if (length > 1 && (nameTypes.has(type) || (this.#scrambleAddresses && addressDataTypes.has(type)))) {
        blanked ??= data.slice();
        blanked.fill(blank, at + 2, Math.min(next, data.length));
      }
      at = next;
    }
    return blanked ?? data;
  }
}
