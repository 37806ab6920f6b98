/** Expected refusals, as problem details (RFC 9457). */
import { ORPCError } from '@orpc/server';
import type { Problem, ProblemCode } from '../../shared/server-contract/index.ts';

/** Status and title of every code. Titles never change; `detail` says what happened this time. */
const kinds: Record<ProblemCode, [status: number, title: string]> = {
  'invalid-request': [400, 'The request is not understood'],
  unauthorized: [401, 'Who is asking is not known'],
  forbidden: [403, 'Not allowed'],
  'not-found': [404, 'Not found'],
  conflict: [409, 'It disagrees with what is already there'],
  'idempotency-key-missing': [400, 'A POST needs an Idempotency-Key'],
  'idempotency-key-reused': [422, 'The Idempotency-Key was used for another request'],
  'pairing-code-refused': [403, 'The pairing code is wrong, used or too old'],
  'code-already-registered': [409, 'The jack is already registered'],
  'plate-invalid': [422, 'Not a number plate'],
  'preorder-not-open': [409, 'The preorder is past that'],
  'item-not-found': [404, 'No such item'],
  'item-sold-out': [409, 'It is sold out today'],
  'card-declined': [402, 'The card was declined'],
  'car-did-not-enter': [409, 'The car has not entered the site'],
  'amount-disagrees': [422, 'The amount does not follow from price and volume'],
  'request-not-waiting': [409, 'The request no longer waits for an answer'],
  'auth-code-wrong': [403, 'The authentication code is wrong'],
  'auth-code-stale': [403, 'The authentication code is too old'],
  'auth-code-replayed': [403, 'The authentication code was already used'],
  'amount-mismatch': [409, 'Another amount was approved than is asked for'],
  'site-mismatch': [409, 'Another site was approved than is asking'],
  'too-many-attempts': [403, 'Too many wrong answers'],
  'cart-taken': [409, 'The cart is in use'],
  'cart-not-in-use': [409, 'The cart is not in use so'],
  'cart-not-empty': [409, 'There is something in the cart'],
  'cart-needs-attention': [409, 'A person must look at the cart first'],
  'cart-checking-out': [409, 'The cart is being paid'],
  'too-many-requests': [429, 'Too many requests'],
  'too-large': [413, 'The request is too large'],
  internal: [500, 'Something went wrong in the payment server'],
  unavailable: [503, 'The payment server cannot answer now'],
};

export type ProblemError = ORPCError<ProblemCode, { errors?: Problem['errors'] } | undefined>;

/** A refusal with a stable code. Throw it to undo the transaction; return it to keep what was written. */
export function refuse(code: ProblemCode, detail?: string, errors?: Problem['errors']): ProblemError {
  const [status, title] = kinds[code];
  return new ORPCError(code, { status, message: detail ?? title, data: errors ? { errors } : undefined });
}

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(kinds, code);
}

export function problemTitle(code: ProblemCode): string {
  return kinds[code][1];
}

export function problemStatus(code: ProblemCode): number {
  return kinds[code][0];
}

function issuesOf(data: unknown): Problem['errors'] {
  if (typeof data !== 'object' || data === null || !('issues' in data) || !Array.isArray(data.issues))
    return undefined;
  return data.issues.slice(0, 20).map((issue: { path?: unknown[]; message?: unknown }) => ({
    path: (issue.path ?? [])
      .map((part) => String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part))
      .join('.'),
    message: String(issue.message),
  }));
}

const frameworkCodes: Record<string, ProblemCode> = {
  BAD_REQUEST: 'invalid-request',
  PAYLOAD_TOO_LARGE: 'too-large',
  NOT_FOUND: 'not-found',
};

/** Any error → the body that is sent. What is not ours to tell says only `internal`. */
export function problemOf(error: ORPCError<string, unknown>): Problem {
  const code = isProblemCode(error.code) ? error.code : (frameworkCodes[error.code] ?? 'internal');
  const own = isProblemCode(error.code) && code !== 'internal';
  const errors =
    own && typeof error.data === 'object' && error.data !== null && 'errors' in error.data
      ? (error.data.errors as Problem['errors'])
      : issuesOf(error.data);
  return {
    type: `urn:cigar-kiosk:problem:${code}`,
    title: problemTitle(code),
    status: problemStatus(code),
    ...(own ? { detail: error.message } : {}),
    code,
    ...(errors ? { errors } : {}),
  };
}
