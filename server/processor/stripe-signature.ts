/**
 * Stripe's signature of a webhook (docs.stripe.com/webhooks, "Verify webhook signatures manually"):
 *
 *   Stripe-Signature: t=1492774577,v1=<hex>,v1=<hex>,v0=<hex>
 *
 * `v1` is HMAC-SHA256, under the endpoint's secret (`whsec_…`, as it is), of `<t>.<body>` byte for byte as it
 * came. There are several while a secret is being rolled. A body that was signed longer than five minutes ago
 * is refused: somebody may have kept it.
 */
import { createHmac } from 'node:crypto';
import { isSameSecret } from '../../shared/auth-code/index.ts';

/** Stripe's own libraries allow as much. */
export const signatureToleranceMs = 5 * 60_000;
const headerMax = 2_000;

export type SignatureVerdict = 'good' | 'missing' | 'wrong' | 'too-old';

/**
 * @param secrets any of them may have signed: the endpoint's, and the one before it while it is rolled
 * @param header `Stripe-Signature` as it came
 */
export function verifyStripeSignature(
  secrets: readonly string[],
  header: string | undefined,
  body: Buffer,
  nowMs: number,
): SignatureVerdict {
  if (header === undefined || header.length > headerMax) return 'missing';
  let seconds: number | null = null;
  const signatures: Buffer[] = [];
  for (const part of header.split(',')) {
    const [name, value = ''] = part.trim().split('=', 2);
    if (name === 't' && /^[0-9]{1,12}$/.test(value)) seconds = Number(value);
    if (name === 'v1' && /^[0-9a-f]{64}$/i.test(value)) signatures.push(Buffer.from(value, 'hex'));
  }
  if (seconds === null || signatures.length === 0) return 'missing';
  const text = String(seconds);
  let good = false;
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret).update(`${text}.`).update(body).digest();
    // All are compared, so that the time taken does not tell which one was near.
    for (const signature of signatures) if (isSameSecret(expected, signature)) good = true;
  }
  if (!good) return 'wrong';
  return Math.abs(nowMs - seconds * 1000) <= signatureToleranceMs ? 'good' : 'too-old';
}
