import { v7, validate } from 'uuid';

/** Random bytes are asked of the system for so many ids at once: asking costs more than making an id. */
const idsAtOnce = 128;
const bytesPerId = 16;

const pool = new Uint8Array(idsAtOnce * bytesPerId);
let used = pool.length;

/** @returns bytes that were never given before; read before the next call. */
function randomBytes(): Uint8Array {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  used += bytesPerId;
  return pool.subarray(used - bytesPerId, used);
}

/** The id of a given moment; of the same moment the one with the higher sequence sorts later. */
export function idOf(msecs: number, seq: number): string {
  return v7({ msecs, seq, random: randomBytes() });
}

let lastMs = 0;
let sequence = 0;
/** Where a millisecond's sequence begins leaves room for as many ids as anybody makes in it. */
const sequenceStarts = 2 ** 31;

/** A fresh UUIDv7 (RFC 9562): ids sort by the time they were made, those of one program strictly. */
export function newId(): string {
  const nowMs = Date.now();
  const random = randomBytes();
  if (nowMs > lastMs) {
    lastMs = nowMs;
    sequence = new DataView(random.buffer, random.byteOffset).getUint32(0) % sequenceStarts;
  } else sequence += 1;
  return v7({ msecs: lastMs, seq: sequence, random });
}

export function isId(text: string): boolean {
  return validate(text);
}
