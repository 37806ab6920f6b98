/**
 * OCRA (RFC 6287): a one-time code over a challenge.
 *
 *   code = truncate(HMAC(key, suite ‖ 00 ‖ [counter] ‖ question(128) ‖ [PIN hash] ‖ [session] ‖ [time]))
 *
 * Suite: `OCRA-1:HOTP-<hash>-<digits>:[C-]Q<A|N|H><nn>[-P<hash>][-S<nnn>][-T<nn><S|M|H>]`
 */
import { createHmac } from 'node:crypto';
import { counterBytes, type OtpHash, truncate } from './hotp.ts';

export interface OcraSuite {
  /** The suite's own text: it is part of what is signed. */
  text: string;
  hash: OtpHash;
  /** 0 (whole HMAC) or 4 to 10. */
  digits: number;
  counter: boolean;
  questionFormat: 'A' | 'N' | 'H';
  /** Characters of one side's challenge; mutual challenges join two. */
  questionLength: number;
  pinHash: OtpHash | null;
  /** Bytes of session information, or null when the suite has none. */
  sessionLength: number | null;
  /** Milliseconds per time step, or null when the suite has no time. */
  timeStepMs: number | null;
}

export interface OcraInput {
  counter?: bigint | number;
  /** As its format says: letters and digits (A), decimal (N) or hex (H). */
  question: string;
  /** The PIN's hash, in the suite's hash. */
  pinHash?: Uint8Array;
  session?: Uint8Array;
  /** Number of time steps since 1970. */
  timeSteps?: bigint | number;
}

const suiteShape =
  /^OCRA-1:HOTP-SHA(1|256|512)-(0|[4-9]|10):(C-)?Q([ANH])(\d{2})(?:-PSHA(1|256|512))?(?:-S(\d{3}))?(?:-T(?:([1-9]|[1-5]\d)([SM])|(\d|[1-3]\d|4[0-8])(H)))?$/;
const hashBytes: Record<OtpHash, number> = { sha1: 20, sha256: 32, sha512: 64 };
const questionBytes = 128;
const unitMs: Record<string, number> = { S: 1000, M: 60_000, H: 3_600_000 };

function hashNamed(bits: string): OtpHash {
  return bits === '1' ? 'sha1' : bits === '256' ? 'sha256' : 'sha512';
}

/** Suite text → its parts (RFC 6287 section 6), or null when it is not one. */
export function parseOcraSuite(text: string): OcraSuite | null {
  const match = suiteShape.exec(text);
  if (match === null) return null;
  const [, hash = '', digits = '', counter, format = '', length = '', pin, session, step, unit, hours] =
    match;
  const questionLength = Number(length);
  if (questionLength < 4 || questionLength > 64) return null;
  const count = Number(step ?? hours ?? 0);
  const stepUnit = unit ?? match[11];
  return {
    text,
    hash: hashNamed(hash),
    digits: Number(digits),
    counter: counter !== undefined,
    questionFormat: format as 'A' | 'N' | 'H',
    questionLength,
    pinHash: pin === undefined ? null : hashNamed(pin),
    sessionLength: session === undefined ? null : Number(session),
    timeStepMs: stepUnit === undefined || count === 0 ? null : count * (unitMs[stepUnit] ?? 0),
  };
}

function encodeQuestion(suite: OcraSuite, question: string): Buffer {
  const shape = { A: /^[\x21-\x7e]+$/, N: /^[0-9]+$/, H: /^[0-9a-fA-F]+$/ }[suite.questionFormat];
  // A mutual challenge is both sides' challenges joined, so up to twice the length.
  if (!shape.test(question) || question.length > suite.questionLength * 2) {
    throw new RangeError(`the question does not fit Q${suite.questionFormat}${suite.questionLength}`);
  }
  const bytes = Buffer.alloc(questionBytes);
  if (suite.questionFormat === 'A') bytes.write(question, 'ascii');
  else {
    // Decimal questions are turned to hex first; both are padded on the RIGHT with zeros, so that an
    // odd number of hex digits leaves the last nibble zero (RFC 6287 section 5.1).
    const hex = suite.questionFormat === 'N' ? BigInt(question).toString(16) : question;
    bytes.write(hex.padEnd(questionBytes * 2, '0'), 'hex');
  }
  return bytes;
}

function needed<T>(value: T | undefined, what: string, suite: OcraSuite): T {
  if (value === undefined) throw new RangeError(`${suite.text} needs ${what}`);
  return value;
}

/** The bytes that are signed (RFC 6287 section 5.1). @throws RangeError when an input is missing or does not fit. */
export function ocraDataInput(suite: OcraSuite, input: OcraInput): Buffer {
  const parts: Uint8Array[] = [Buffer.from(suite.text, 'ascii'), Buffer.of(0)];
  if (suite.counter) parts.push(counterBytes(BigInt(needed(input.counter, 'a counter', suite))));
  parts.push(encodeQuestion(suite, input.question));
  if (suite.pinHash !== null) {
    const pin = needed(input.pinHash, "the PIN's hash", suite);
    if (pin.byteLength !== hashBytes[suite.pinHash]) throw new RangeError(`${suite.text}: PIN hash length`);
    parts.push(pin);
  }
  if (suite.sessionLength !== null) {
    const session = needed(input.session, 'session information', suite);
    if (session.byteLength > suite.sessionLength) throw new RangeError(`${suite.text}: session too long`);
    parts.push(Buffer.alloc(suite.sessionLength - session.byteLength), session);
  }
  if (suite.timeStepMs !== null) parts.push(counterBytes(BigInt(needed(input.timeSteps, 'a time', suite))));
  return Buffer.concat(parts);
}

/** The code (RFC 6287 section 5). @throws RangeError when an input the suite names is missing or does not fit. */
export function ocra(suite: OcraSuite, key: Uint8Array, input: OcraInput): string {
  return truncate(createHmac(suite.hash, key).update(ocraDataInput(suite, input)).digest(), suite.digits);
}
