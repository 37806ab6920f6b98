import * as z from 'zod';

/** Stable codes of problem details: `type` is `urn:cigar-kiosk:problem:<code>`. */
export const problemCodes = [
  'invalid-request',
  'unauthorized',
  'forbidden',
  'not-found',
  'conflict',
  'idempotency-key-missing',
  'idempotency-key-reused',
  'pairing-code-refused',
  'code-already-registered',
  'plate-invalid',
  'preorder-not-open',
  'item-not-found',
  'item-sold-out',
  'card-declined',
  'car-did-not-enter',
  'amount-disagrees',
  'request-not-waiting',
  'auth-code-wrong',
  'auth-code-stale',
  'auth-code-replayed',
  'amount-mismatch',
  'site-mismatch',
  'too-many-attempts',
  'cart-taken',
  'cart-not-in-use',
  'cart-not-empty',
  'cart-needs-attention',
  'cart-checking-out',
  'too-many-requests',
  'too-large',
  'internal',
  'unavailable',
] as const;
export const problemCode = z.enum(problemCodes);
export type ProblemCode = z.infer<typeof problemCode>;

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  code: problemCode,
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problem>;
