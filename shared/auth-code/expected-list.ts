/**
 * The expected list as a site keeps it: signed, so that it is the server's and of this site and span
 * whoever held it meanwhile, and brought up to date by what changed since a version.
 *
 *   signature = Ed25519(canonical JSON of the answer without the signature, and the site's id)
 *   by the key `signedBy` (signing-keys.ts), that the station pinned at its enrolment
 */
import type { ExpectedCar, ExpectedCode } from '../server-contract/index.ts';
import { type SigningKey, signWith, verifyWith } from './signing-keys.ts';

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
  /** The generation of the key that signed it. */
  signedBy?: number;
  signature?: string;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, v]) => `${JSON.stringify(name)}:${canonical(v)}`).join(',')}}`;
}

function signedBytes(siteId: string, list: ExpectedListAnswer): Buffer {
  const { signature: _, ...signed } = list;
  return Buffer.from(canonical({ siteId, ...signed }));
}

/** @param privateKey PKCS #8, DER */
export function signExpectedList(
  key: { generation: number; privateKey: Buffer },
  siteId: string,
  list: ExpectedListAnswer,
): ExpectedListAnswer {
  const signed = { ...list, signedBy: key.generation };
  return { ...signed, signature: signWith(key.privateKey, signedBytes(siteId, signed)) };
}

/** Is this list the server's, for this site, and unchanged? */
export function verifyExpectedList(key: SigningKey, siteId: string, list: ExpectedListAnswer): boolean {
  if (list.signedBy !== key.generation || list.signature === undefined) return false;
  return verifyWith(key.publicKey, signedBytes(siteId, list), list.signature);
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
  const { since: _, removed: __, signature: ___, signedBy: ____, ...head } = answer;
  return {
    ...head,
    cars: [...kept.cars.filter((car) => !gone.has(car.jackId)), ...answer.cars],
    codes: [...byCode.values()],
  };
}
