/**
 * The authentication code of an approval: what only the jack can make, good for one payment only.
 *
 *   site, amount, currency, request id ──canonical form──► SHA-256 ──► OCRA question (QH64)
 *   jack's key, question, minute ──OCRA──► 8 digits ──phone──► payment server, which computes the same
 */
import { createHash } from 'node:crypto';
import { ocra, parseOcraSuite } from './ocra.ts';
import { isSameSecret } from './same-secret.ts';

/** 8 digits, a 64-digit hex question, one-minute time steps (RFC 6287 section 6). */
export const ocraSuite = 'OCRA-1:HOTP-SHA256-8:QH64-T1M';
/** One time step. */
export const authCodeStepMs = 60_000;
/** How many steps a jack's clock may be off, either way. */
export const authCodeDriftSteps = 1;
/** A right code this many steps off is told apart as stale, so that a phone knows to ask the jack again. */
const staleSteps = 60;

const parsed = parseOcraSuite(ocraSuite);
if (parsed === null) throw new Error('our own suite does not parse');
const suite = parsed;

/** Everything an approval is bound to. */
export interface AuthCodeSubject {
  siteId: string;
  amountMinor: number;
  /** ISO 4217. */
  currency: string;
  paymentRequestId: string;
}

/**
 * The challenge: SHA-256, lower-case hex, over `name:length:value` lines. The lengths make it
 * impossible for two different subjects to share one form.
 *
 * @throws RangeError when the amount is not a safe non-negative integer (a bug, not bad input)
 */
export function authCodeChallenge(subject: AuthCodeSubject): string {
  if (!Number.isSafeInteger(subject.amountMinor) || subject.amountMinor < 0) {
    throw new RangeError('an amount is a non-negative integer of minor units');
  }
  const fields: [string, string][] = [
    ['version', '1'],
    ['site', subject.siteId.toLowerCase()],
    ['amount', String(subject.amountMinor)],
    ['currency', subject.currency],
    ['request', subject.paymentRequestId.toLowerCase()],
  ];
  const hash = createHash('sha256');
  for (const [name, value] of fields) hash.update(`${name}:${Buffer.byteLength(value)}:${value}\n`);
  return hash.digest('hex');
}

/** The number of the time step that `timeMs` falls in. */
export function authCodeStep(timeMs: number): number {
  return Math.floor(timeMs / authCodeStepMs);
}

/**
 * What the jack answers to a challenge at a time.
 *
 * @param key the jack's OCRA key (32 bytes)
 * @param timeMs UTC milliseconds by the jack's clock
 */
export function authCode(key: Uint8Array, challenge: string, timeMs: number): string {
  return ocra(suite, key, { question: challenge, timeSteps: authCodeStep(timeMs) });
}

export type AuthCodeVerdict =
  /** `step`: the time step it was made for; keep it, a code is good once. */
  { verdict: 'right'; step: number } | { verdict: 'stale' } | { verdict: 'wrong' };

/**
 * Checks a code within ±{@link authCodeDriftSteps} steps. All of these are always compared, and where none agrees
 * all of the older and younger ones: the time taken says nothing beyond the verdict itself, and a right code costs
 * three HMACs and not a hundred.
 */
export function verifyAuthCode(
  key: Uint8Array,
  challenge: string,
  code: string,
  timeMs: number,
): AuthCodeVerdict {
  const now = authCodeStep(timeMs);
  const agrees = (step: number): boolean =>
    step >= 0 && isSameSecret(ocra(suite, key, { question: challenge, timeSteps: step }), code);
  let right: number | null = null;
  for (let step = now - authCodeDriftSteps; step <= now + authCodeDriftSteps; step++) {
    if (agrees(step)) right = step;
  }
  if (right !== null) return { verdict: 'right', step: right };
  let stale = false;
  for (let offset = authCodeDriftSteps + 1; offset <= staleSteps; offset++) {
    for (const step of [now - offset, now + offset]) if (agrees(step)) stale = true;
  }
  return stale ? { verdict: 'stale' } : { verdict: 'wrong' };
}
