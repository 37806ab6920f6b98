/**
 * Stripe behind the port: PaymentIntents, captured by hand or at once (docs.stripe.com/api/payment_intents, API
 * version below). A processor token is a Stripe payment method, `pm_…`, or `cus_…/pm_…` of a customer.
 *
 *   authorise  POST /v1/payment_intents            confirm, off_session, capture_method=manual
 *   purchase   the same with capture_method=automatic
 *   capture    POST /v1/payment_intents/:id/capture   amount_to_capture; the rest of the hold is released
 *   void       POST /v1/payment_intents/:id/cancel
 *   refund     POST /v1/refunds
 *   lookup     what the intent, or its refunds, say now; a hold or a purchase: the same request again under the
 *              same Idempotency-Key (Stripe replays its answer), after a restart by the reference in its metadata
 *
 * Stripe keeps an idempotency key's answer for at least 24 hours, also that of a decline, and answers
 * 409 while the first request still runs. Where an intent shows that a capture, a release or a refund did
 * not happen, it is asked again under its key, once more at most. Webhooks (`stripe-signature.ts`) only say
 * that something is to be looked up. Off unless the key is given.
 */
import type { CallbackRead, PaymentProcessor, ProcessorAnswer, ProcessorCallback } from './port.ts';
import { verifyStripeSignature } from './stripe-signature.ts';

export const stripeApiVersion = '2024-06-20';
const base = 'https://api.stripe.com';
/** Below the ten seconds after which the server calls an ask unknown. */
const timeoutMs = 8_000;

export interface StripeOptions {
  /** `sk_…` or `rk_…`; from the environment only. */
  secretKey: string;
  /** `whsec_…` of the webhook's endpoint, two while it is rolled. Without one no webhook is taken. */
  webhookSecrets?: string[];
  nowMs?: () => number;
  fetch?: typeof globalThis.fetch;
}

interface StripeObject {
  id?: string;
  object?: string;
  status?: string;
  payment_intent?: string | null;
  amount_received?: number;
  metadata?: Record<string, string>;
  data?: StripeObject[];
  last_payment_error?: { code?: string; decline_code?: string } | null;
  error?: {
    type?: string;
    code?: string;
    decline_code?: string;
    payment_intent?: StripeObject;
  };
}

type Reply = { status: number; body: StripeObject } | null;

const unknown = (detail: string): ProcessorAnswer => ({ outcome: 'unknown', detail });
const declined = (reason: string): ProcessorAnswer => ({ outcome: 'declined', reason });

/** Is this answer Stripe's last word, or may the money have moved all the same? */
function refusalOf({ status, body }: { status: number; body: StripeObject }): ProcessorAnswer {
  const { error } = body;
  const reason = error?.decline_code ?? error?.code ?? error?.type ?? `http-${status}`;
  // 409: the first request still runs. 429: it was not looked at, but its twin may have been. 401, 403: our key.
  if (status >= 500 || status === 409 || status === 429 || status === 401 || status === 403)
    return unknown(reason);
  return declined(reason);
}

/** A refund that is under way is not given back yet: it is looked up until it is, or has failed. */
function refundOf({ status }: StripeObject, authorisation: string): ProcessorAnswer {
  if (status === 'succeeded') return { outcome: 'succeeded', authorisation };
  if (status === 'failed' || status === 'canceled') return declined(status);
  return unknown(status ?? 'no-status');
}

export function stripeProcessor(options: StripeOptions): PaymentProcessor {
  const doFetch = options.fetch ?? globalThis.fetch;
  const secrets = options.webhookSecrets ?? [];
  const nowMs = options.nowMs ?? Date.now;

  async function send(
    method: 'GET' | 'POST',
    path: string,
    form: Record<string, string>,
    key?: string,
  ): Promise<Reply> {
    const text = new URLSearchParams(form).toString();
    try {
      const response = await doFetch(`${base}${path}${method === 'GET' && text !== '' ? `?${text}` : ''}`, {
        method,
        headers: {
          authorization: `Bearer ${options.secretKey}`,
          'stripe-version': stripeApiVersion,
          ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(method === 'POST' ? { body: text } : {}),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.status, body: (await response.json()) as StripeObject };
    } catch {
      // Cut off, timed out, or not JSON: nobody knows what happened there.
      return null;
    }
  }

  /** What an intent's state says about what it was made for. */
  function madeOf(intent: StripeObject, kind: 'authorise' | 'purchase'): ProcessorAnswer {
    const { id, status, last_payment_error: error } = intent;
    switch (status) {
      case 'requires_capture':
      case 'succeeded':
        // Held is not taken: an intent of a purchase never stays there.
        if (kind === 'purchase' && status !== 'succeeded') return unknown(status);
        return id === undefined ? unknown('no-id') : { outcome: 'succeeded', authorisation: id };
      case 'canceled':
      case 'requires_payment_method':
      // The driver is not at a screen of Stripe's: a card that wants that is declined here.
      case 'requires_action':
      case 'requires_confirmation':
        return declined(error?.decline_code ?? error?.code ?? status);
      default:
        return unknown(status ?? 'no-status');
    }
  }

  const asks = new Map<string, () => Promise<ProcessorAnswer>>();
  const asksMax = 10_000;
  /** Remembers how to ask the very same again, then asks. */
  function asked(reference: string, ask: () => Promise<ProcessorAnswer>): Promise<ProcessorAnswer> {
    asks.set(reference, ask);
    for (const oldest of asks.keys()) {
      if (asks.size <= asksMax) break;
      asks.delete(oldest);
    }
    return settle(reference, ask);
  }
  async function settle(reference: string, ask: () => Promise<ProcessorAnswer>): Promise<ProcessorAnswer> {
    const answer = await ask();
    if (answer.outcome !== 'unknown') asks.delete(reference);
    return answer;
  }

  async function about(
    reference: string,
    authorisation: string,
    step: 'capture' | 'cancel',
    form: Record<string, string>,
  ): Promise<ProcessorAnswer> {
    const path = `/v1/payment_intents/${encodeURIComponent(authorisation)}/${step}`;
    const reply = await send('POST', path, form, reference);
    if (reply === null) return unknown('no-answer');
    if (reply.status !== 200) return refusalOf(reply);
    const right = step === 'capture' ? 'succeeded' : 'canceled';
    return reply.body.status === right ? { outcome: 'succeeded', authorisation } : unknown('odd-status');
  }

  /** Was what was held taken, or released? Null: neither, so it may be asked. */
  async function intentNow(
    reference: string,
    authorisation: string,
    kind: 'capture' | 'void',
  ): Promise<ProcessorAnswer | null> {
    const reply = await send('GET', `/v1/payment_intents/${encodeURIComponent(authorisation)}`, {});
    if (reply === null || reply.status !== 200) return unknown('no-answer');
    const { status, metadata } = reply.body;
    const done = { outcome: 'succeeded', authorisation } as const;
    switch (status) {
      case 'requires_capture':
        return null;
      case 'canceled':
        return kind === 'void' ? done : declined('already-released');
      case 'succeeded':
        if (kind === 'void') return declined('already-captured');
        return metadata?.captured_by === reference ? done : declined('already-captured');
      default:
        return unknown(status ?? 'no-status');
    }
  }

  async function refundNow(reference: string, authorisation: string): Promise<ProcessorAnswer | null> {
    const reply = await send('GET', '/v1/refunds', { payment_intent: authorisation, limit: '100' });
    if (reply === null || reply.status !== 200) return unknown('no-answer');
    const ours = reply.body.data?.find((refund) => refund.metadata?.reference === reference);
    return ours === undefined ? null : refundOf(ours, authorisation);
  }

  /** Makes an intent and confirms it: the money is held, or taken at once. */
  const make =
    (kind: 'authorise' | 'purchase'): PaymentProcessor['authorise'] =>
    ({ reference, processorToken, money }) =>
      asked(reference, async () => {
        const parts = /^(?:(cus_[A-Za-z0-9]+)\/)?(pm_[A-Za-z0-9_]+)$/.exec(processorToken);
        if (parts === null) return declined('unknown-card');
        const [, customer, method = ''] = parts;
        const reply = await send(
          'POST',
          '/v1/payment_intents',
          {
            amount: String(money.amountMinor),
            currency: money.currency.toLowerCase(),
            capture_method: kind === 'purchase' ? 'automatic' : 'manual',
            confirm: 'true',
            off_session: 'true',
            payment_method: method,
            'payment_method_types[]': 'card',
            ...(customer === undefined ? {} : { customer }),
            'metadata[reference]': reference,
          },
          reference,
        );
        if (reply === null) return unknown('no-answer');
        return reply.status === 200 ? madeOf(reply.body, kind) : refusalOf(reply);
      });

  return {
    authorise: make('authorise'),
    purchase: make('purchase'),
    capture: ({ reference, authorisation, money }) =>
      asked(reference, () =>
        about(reference, authorisation, 'capture', {
          amount_to_capture: String(money.amountMinor),
          'metadata[captured_by]': reference,
        }),
      ),
    void: ({ reference, authorisation }) =>
      asked(reference, () => about(reference, authorisation, 'cancel', {})),
    refund: ({ reference, authorisation, money }) =>
      asked(reference, async () => {
        const form = {
          payment_intent: authorisation,
          amount: String(money.amountMinor),
          'metadata[reference]': reference,
        };
        const reply = await send('POST', '/v1/refunds', form, reference);
        if (reply === null) return unknown('no-answer');
        if (reply.status !== 200) return refusalOf(reply);
        return refundOf(reply.body, authorisation);
      }),
    async lookup(reference, subject) {
      const { kind, authorisation } = subject ?? { kind: 'authorise', authorisation: null };
      const isMade = kind === 'authorise' || kind === 'purchase';
      if (!isMade && authorisation !== null) {
        return kind === 'refund'
          ? refundNow(reference, authorisation)
          : intentNow(reference, authorisation, kind);
      }
      const again = asks.get(reference);
      if (again !== undefined) return settle(reference, again);
      const query = `metadata['reference']:'${reference.replace(/[^0-9a-f-]/gi, '')}'`;
      const reply = await send('GET', '/v1/payment_intents/search', { query });
      if (reply === null || reply.status !== 200) return unknown('no-answer');
      const [intent] = reply.body.data ?? [];
      // Not found: the caller asks again under the same idempotency key, which Stripe does at most once.
      return intent === undefined ? null : madeOf(intent, isMade ? kind : 'authorise');
    },
    ...(secrets.length === 0
      ? {}
      : {
          readCallback: (headers, body): CallbackRead => {
            const header = headers['stripe-signature'];
            const signature = typeof header === 'string' ? header : undefined;
            const verdict = verifyStripeSignature(secrets, signature, body, nowMs());
            if (verdict !== 'good') return { read: 'refused', reason: verdict };
            const callback = callbackOf(body);
            return callback === null ? { read: 'nothing' } : { read: 'callback', callback };
          },
        }),
  };
}

/** What a Stripe event (docs.stripe.com/api/events) is about: an intent, or a refund of one. */
function callbackOf(body: Buffer): ProcessorCallback | null {
  let event: { type?: unknown; data?: { object?: StripeObject } } | null;
  try {
    event = JSON.parse(body.toString('utf8')) as typeof event;
  } catch {
    return null;
  }
  const object = event?.data?.object;
  if (typeof event?.type !== 'string' || object === undefined || object === null) return null;
  if (!/^(payment_intent|refund|charge)\./.test(event.type)) return null;
  const { reference, captured_by: capturedBy } = object.metadata ?? {};
  const references = [reference, capturedBy].filter((r) => typeof r === 'string');
  const intent = object.object === 'payment_intent' ? object.id : object.payment_intent;
  const authorisation = typeof intent === 'string' ? intent : null;
  return references.length === 0 && authorisation === null ? null : { references, authorisation };
}
