import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripeProcessor } from './stripe.ts';

const reference = '0193a5c0-7a00-7000-8000-00000000aaaa';
const krw = { amountMinor: 64_988, currency: 'KRW' };
const hold = { reference, processorToken: 'cus_1/pm_1', money: krw };

interface Sent {
  method: string;
  path: string;
  key: string | null;
  form: Record<string, string>;
}

/** Shapes made by us after Stripe's public API reference; a number is a status without a body, null a cut line. */
function stripe(replies: ([number, object] | number | null)[]) {
  const sent: Sent[] = [];
  const processor = stripeProcessor({
    secretKey: 'sk_test_1',
    fetch: async (input, init) => {
      const url = new URL(String(input));
      const headers = new Headers(init?.headers);
      expect(headers.get('authorization')).toBe('Bearer sk_test_1');
      sent.push({
        method: init?.method ?? '',
        path: url.pathname,
        key: headers.get('idempotency-key'),
        form: Object.fromEntries(
          new URLSearchParams(init?.body === undefined ? url.search : String(init.body)),
        ),
      });
      const reply = replies.shift();
      if (reply === undefined) throw new Error('asked once too often');
      if (reply === null) throw new TypeError('fetch failed');
      if (typeof reply === 'number') return new Response('upstream', { status: reply });
      return Response.json(reply[1], { status: reply[0] });
    },
  });
  return { processor, sent };
}
const intent = (status: string) => ({ id: 'pi_1', object: 'payment_intent', status });

describe('Stripe behind the port', () => {
  it('holds, takes a part, gives back: each under our reference as its idempotency key', async () => {
    const { processor, sent } = stripe([
      [200, intent('requires_capture')],
      [200, intent('succeeded')],
      [200, { id: 're_1', object: 'refund', status: 'succeeded' }],
      [200, intent('canceled')],
    ]);
    expect(await processor.authorise(hold)).toEqual({ outcome: 'succeeded', authorisation: 'pi_1' });
    const part = {
      reference: 'capture-1',
      authorisation: 'pi_1',
      money: { amountMinor: 5, currency: 'KRW' },
    };
    expect(await processor.capture(part)).toEqual({ outcome: 'succeeded', authorisation: 'pi_1' });
    expect((await processor.refund({ ...part, reference: 'refund-1' })).outcome).toBe('succeeded');
    expect((await processor.void({ reference: 'void-1', authorisation: 'pi_1' })).outcome).toBe('succeeded');
    expect(sent.map((s) => [s.method, s.path, s.key])).toEqual([
      ['POST', '/v1/payment_intents', reference],
      ['POST', '/v1/payment_intents/pi_1/capture', 'capture-1'],
      ['POST', '/v1/refunds', 'refund-1'],
      ['POST', '/v1/payment_intents/pi_1/cancel', 'void-1'],
    ]);
    expect(sent[0]?.form).toMatchObject({
      amount: '64988',
      currency: 'krw',
      capture_method: 'manual',
      confirm: 'true',
      customer: 'cus_1',
      payment_method: 'pm_1',
      'metadata[reference]': reference,
    });
    expect(sent[1]?.form).toMatchObject({ amount_to_capture: '5' });
  });

  it('a purchase is one ask, taken at once; one that is only held, or under way, is unknown', async () => {
    const { processor, sent } = stripe([
      [200, intent('succeeded')],
      [200, intent('requires_capture')],
      [200, intent('processing')],
      [402, { error: { type: 'card_error', code: 'card_declined', decline_code: 'expired_card' } }],
      null,
    ]);
    expect(await processor.purchase(hold)).toEqual({ outcome: 'succeeded', authorisation: 'pi_1' });
    expect(await processor.purchase(hold)).toEqual({ outcome: 'unknown', detail: 'requires_capture' });
    expect(await processor.purchase(hold)).toEqual({ outcome: 'unknown', detail: 'processing' });
    expect(await processor.purchase(hold)).toEqual({ outcome: 'declined', reason: 'expired_card' });
    expect(await processor.purchase(hold)).toEqual({ outcome: 'unknown', detail: 'no-answer' });
    expect(sent[0]).toMatchObject({
      path: '/v1/payment_intents',
      key: reference,
      form: {
        amount: '64988',
        capture_method: 'automatic',
        confirm: 'true',
        'metadata[reference]': reference,
      },
    });
  });

  it('a purchase whose answer was lost is the same request again under its key, after a restart found by its reference', async () => {
    const about = { kind: 'purchase', authorisation: null } as const;
    const same = stripe([null, [200, intent('succeeded')]]);
    await same.processor.purchase(hold);
    expect(await same.processor.lookup(reference, about)).toEqual({
      outcome: 'succeeded',
      authorisation: 'pi_1',
    });
    expect(same.sent[1]).toEqual(same.sent[0]);
    const restarted = stripe([
      [200, { data: [intent('succeeded')] }],
      [200, { data: [intent('requires_capture')] }],
      [200, { data: [] }],
    ]);
    expect((await restarted.processor.lookup(reference, about))?.outcome).toBe('succeeded');
    expect((await restarted.processor.lookup(reference, about))?.outcome).toBe('unknown');
    expect(await restarted.processor.lookup(reference, about)).toBeNull();
    expect(restarted.sent[0]?.path).toBe('/v1/payment_intents/search');
  });

  it('a declined card, a card that wants its owner at a screen, and a foreign token are declined', async () => {
    const card = { error: { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds' } };
    const { processor } = stripe([
      [402, card],
      [200, intent('requires_action')],
    ]);
    expect(await processor.authorise(hold)).toEqual({ outcome: 'declined', reason: 'insufficient_funds' });
    expect(await processor.authorise(hold)).toEqual({ outcome: 'declined', reason: 'requires_action' });
    expect((await processor.authorise({ ...hold, processorToken: 'tok_ok' })).outcome).toBe('declined');
  });

  it('whatever is not Stripe’s last word is unknown, and is looked up as the same request under the same key', async () => {
    const odd = [null, 500, 409, 429, [401, { error: {} }], [200, intent('processing')]] as const;
    for (const first of odd) {
      const { processor, sent } = stripe([
        typeof first === 'number' ? [first, { error: {} }] : first === null ? null : [first[0], first[1]],
        [200, intent('requires_capture')],
      ]);
      expect((await processor.authorise(hold)).outcome).toBe('unknown');
      expect(await processor.lookup(reference)).toEqual({ outcome: 'succeeded', authorisation: 'pi_1' });
      expect(sent[1]).toEqual(sent[0]);
    }
    const html = stripe([502]);
    expect((await html.processor.authorise(hold)).outcome).toBe('unknown');
  });

  it('after a restart a hold is found by its reference, and one that Stripe never heard of is not invented', async () => {
    const { processor, sent } = stripe([
      [200, { data: [intent('requires_capture')] }],
      [200, { data: [] }],
      500,
    ]);
    expect(await processor.lookup(reference)).toEqual({ outcome: 'succeeded', authorisation: 'pi_1' });
    expect(sent[0]).toMatchObject({
      method: 'GET',
      path: '/v1/payment_intents/search',
      form: { query: `metadata['reference']:'${reference}'` },
    });
    expect(await processor.lookup(reference)).toBeNull();
    expect((await processor.lookup(reference))?.outcome).toBe('unknown');
  });

  it('a capture, a release and a refund are looked up where they show, and asked again only where nothing happened', async () => {
    const about = (kind: 'capture' | 'void' | 'refund') => ({ kind, authorisation: 'pi_1' });
    const captured = { ...intent('succeeded'), metadata: { reference, captured_by: 'capture-1' } };
    const refund = (status: string, of: string) => ({ id: 're_1', status, metadata: { reference: of } });
    const cases: [string, 'capture' | 'void' | 'refund', object, unknown][] = [
      ['capture-1', 'capture', captured, { outcome: 'succeeded', authorisation: 'pi_1' }],
      ['capture-2', 'capture', captured, { outcome: 'declined', reason: 'already-captured' }],
      ['capture-1', 'capture', intent('requires_capture'), null],
      ['capture-1', 'capture', intent('canceled'), { outcome: 'declined', reason: 'already-released' }],
      ['void-1', 'void', intent('canceled'), { outcome: 'succeeded', authorisation: 'pi_1' }],
      ['void-1', 'void', intent('requires_capture'), null],
      ['void-1', 'void', captured, { outcome: 'declined', reason: 'already-captured' }],
      ['void-1', 'void', intent('processing'), { outcome: 'unknown', detail: 'processing' }],
      [
        'refund-1',
        'refund',
        { data: [refund('succeeded', 'other'), refund('pending', 'refund-1')] },
        { outcome: 'unknown', detail: 'pending' },
      ],
      [
        'refund-1',
        'refund',
        { data: [refund('succeeded', 'refund-1')] },
        { outcome: 'succeeded', authorisation: 'pi_1' },
      ],
      [
        'refund-1',
        'refund',
        { data: [refund('failed', 'refund-1')] },
        { outcome: 'declined', reason: 'failed' },
      ],
      ['refund-1', 'refund', { data: [refund('succeeded', 'other')] }, null],
    ];
    for (const [ref, kind, body, expected] of cases) {
      const { processor, sent } = stripe([[200, body]]);
      expect([ref, kind, await processor.lookup(ref, about(kind))]).toEqual([ref, kind, expected]);
      expect(sent[0]).toMatchObject({
        method: 'GET',
        path: kind === 'refund' ? '/v1/refunds' : '/v1/payment_intents/pi_1',
      });
    }
    for (const kind of ['capture', 'refund'] as const) {
      expect((await stripe([500]).processor.lookup('x', about(kind)))?.outcome).toBe('unknown');
    }
  });

  it('a refund that is under way is unknown until it is done', async () => {
    const ask = { reference: 'refund-1', authorisation: 'pi_1', money: krw };
    for (const [status, outcome] of [
      ['pending', 'unknown'],
      ['requires_action', 'unknown'],
      ['succeeded', 'succeeded'],
      ['failed', 'declined'],
    ] as const) {
      const { processor } = stripe([[200, { id: 're_1', object: 'refund', status }]]);
      expect((await processor.refund(ask)).outcome).toBe(outcome);
    }
  });
});

describe('Stripe’s webhooks', () => {
  const nowMs = 1_790_000_000_000;
  const secret = 'whsec_one';
  const signed = (body: string, atMs = nowMs, by = secret) => {
    const t = Math.floor(atMs / 1000);
    return `t=${t},v1=${createHmac('sha256', by).update(`${t}.${body}`).digest('hex')}`;
  };
  const read = (body: string, header: string | undefined, secrets = [secret]) =>
    stripeProcessor({ secretKey: 'sk_test_1', webhookSecrets: secrets, nowMs: () => nowMs }).readCallback?.(
      header === undefined ? {} : { 'stripe-signature': header },
      Buffer.from(body),
    );
  /** Shaped after the events of docs.stripe.com/api/events. */
  const event = (type: string, object: object) =>
    JSON.stringify({ id: 'evt_1', object: 'event', api_version: '2024-06-20', type, data: { object } });
  const held = event('payment_intent.amount_capturable_updated', {
    id: 'pi_1',
    object: 'payment_intent',
    status: 'requires_capture',
    metadata: { reference },
  });

  it('name what is to be looked up, and say nothing that is believed', () => {
    expect(read(held, signed(held))).toEqual({
      read: 'callback',
      callback: { references: [reference], authorisation: 'pi_1' },
    });
    const refund = event('refund.updated', {
      id: 're_1',
      object: 'refund',
      payment_intent: 'pi_1',
      status: 'succeeded',
      metadata: { reference: 'refund-1' },
    });
    expect(read(refund, signed(refund))).toEqual({
      read: 'callback',
      callback: { references: ['refund-1'], authorisation: 'pi_1' },
    });
    for (const other of [event('customer.created', { id: 'cus_1' }), 'no json', '{}', '[]', 'null']) {
      expect(read(other, signed(other))).toEqual({ read: 'nothing' });
    }
  });

  it('are refused without a signature, with another’s, changed in any byte, and when they are old', () => {
    const refused = (reason: string) => ({ read: 'refused', reason });
    expect(read(held, undefined)).toEqual(refused('missing'));
    expect(read(held, 'v1=00')).toEqual(refused('missing'));
    expect(read(held, `t=1,v0=${'0'.repeat(64)}`)).toEqual(refused('missing'));
    expect(read(held, signed(held, nowMs, 'whsec_other'))).toEqual(refused('wrong'));
    const header = signed(held);
    fc.assert(
      fc.property(fc.nat(Buffer.byteLength(held) - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const bytes = Buffer.from(held);
        bytes[at] = (bytes[at] ?? 0) ^ bits;
        expect(
          stripeProcessor({ secretKey: 'x', webhookSecrets: [secret], nowMs: () => nowMs }).readCallback?.(
            { 'stripe-signature': header },
            bytes,
          ),
        ).toEqual(refused('wrong'));
      }),
    );
    // The time is signed, too: an old one cannot be made young.
    const t = Math.floor(nowMs / 1000);
    expect(read(held, signed(held, nowMs - 600_000).replace(/t=[0-9]+/, `t=${t}`))).toEqual(refused('wrong'));
    expect(read(held, signed(held, nowMs - 301_000))).toEqual(refused('too-old'));
    expect(read(held, signed(held, nowMs + 301_000))).toEqual(refused('too-old'));
    expect(read(held, signed(held, nowMs - 299_000))).toMatchObject({ read: 'callback' });
  });

  it('may be signed with either secret while one is rolled', () => {
    const both = ['whsec_new', 'whsec_old'];
    expect(read(held, signed(held, nowMs, 'whsec_old'), both)).toMatchObject({ read: 'callback' });
    const twice = `${signed(held, nowMs, 'whsec_unknown')},${signed(held, nowMs, 'whsec_new').split(',')[1]}`;
    expect(read(held, twice, both)).toMatchObject({ read: 'callback' });
  });

  it('are off where no secret is given', () => {
    expect(stripeProcessor({ secretKey: 'sk_test_1' }).readCallback).toBeUndefined();
  });
});
