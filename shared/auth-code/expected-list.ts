/**
 * The expected list as a site keeps it: signed, so that it is the server's and of this site and span
 * whoever held it meanwhile, and brought up to date by what changed since a version.
 *
 *   key = HKDF-SHA256(SHA-256 of the site's credential, "expected list")     both sides know that hash
 *   signature = HMAC-SHA256(key, canonical JSON of the answer without the signature and the site's id)
 */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { ExpectedCar, ExpectedCode } from '../server-contract/index.ts';

export interface ExpectedListAnswer {
  version: string;
  fromMs: number;
  toMs: number;
  cars: ExpectedCar[];
  codes: ExpectedCode[];
  /** Absent: a whole list. Else what changed since this version. */
  since?: string;
  /** Jacks that are expected no more; only of changes. */
  removed?: string[];
  /** There are more cars than are given out at once. */
  truncated?: boolean;
  signature?: string;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, v]) => `${JSON.stringify(name)}:${canonical(v)}`).join(',')}}`;
}

/** @param credentialHash SHA-256 of the site's credential, lower-case hex */
export function signExpectedList(credentialHash: string, siteId: string, list: ExpectedListAnswer): string {
  const key = Buffer.from(hkdfSync('sha256', credentialHash, '', 'expected list', 32));
  const { signature: _, ...signed } = list;
  return createHmac('sha256', key)
    .update(canonical({ siteId, ...signed }))
    .digest('hex');
}

/** Is this list the server's, for the site of this credential, and unchanged? */
export function verifyExpectedList(credential: string, siteId: string, list: ExpectedListAnswer): boolean {
  const hash = createHash('sha256').update(credential).digest('hex');
  const right = Buffer.from(signExpectedList(hash, siteId, list));
  const given = Buffer.from(list.signature ?? '');
  return right.length === given.length && timingSafeEqual(right, given);
}

/**
 * A kept list with an answer laid over it: a whole list replaces it; changes replace the cars they name,
 * with their codes, and add the codes of time that was not covered before.
 *
 * @returns null when the changes are of another version than the kept list: fetch a whole one
 */
export function withExpectedChanges(
  kept: ExpectedListAnswer,
  answer: ExpectedListAnswer,
): ExpectedListAnswer | null {
  if (answer.since === undefined) return answer;
  if (answer.since !== kept.version) return null;
  const gone = new Set([...(answer.removed ?? []), ...answer.cars.map((car) => car.jackId)]);
  const byCode = new Map<string, ExpectedCode>();
  for (const code of [...kept.codes.filter((c) => !gone.has(c.jackId)), ...answer.codes]) {
    if (code.validToMs !== null && code.validToMs <= answer.fromMs) continue;
    byCode.set(`${code.code} ${code.jackId} ${code.validFromMs}`, code);
  }
  const { since: _, removed: __, signature: ___, ...head } = answer;
  return {
    ...head,
    cars: [...kept.cars.filter((car) => !gone.has(car.jackId)), ...answer.cars],
    codes: [...byCode.values()],
  };
}
