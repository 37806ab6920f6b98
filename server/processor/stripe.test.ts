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
});
