import { ORPCError } from '@orpc/client';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { VirtualJack } from '../jack/index.ts';
import { Random, radioModel } from '../radio/index.ts';
import { Approvals, type PhoneAnswer } from './approvals.ts';

let clock: ManualClock;
let jack: VirtualJack;
let sent: { key: string; paymentRequestId: string; answer: string; authCode: string | null }[];
/** What the server does with the next attempts; default: takes the answer. */
let replies: (() => never)[];
let outcomes: string[];

beforeEach(() => {
  clock = new ManualClock();
  jack = new VirtualJack({ kind: 'static', clock, random: new Random(1), model: radioModel });
  jack.setPower(true);
  sent = [];
  replies = [];
  outcomes = [];
});

function request(n = 1, more: Partial<PaymentRequest> = {}): PaymentRequest {
  return {
    paymentRequestId: `019ab000-0000-7000-8000-00000000000${n}`,
    kind: 'refuel',
    siteId: '019ab000-0000-7000-8000-0000000000ff',
    siteName: 'Demo',
    amount: { amountMinor: 50_000, currency: 'KRW' },
    captured: null,
    state: 'waiting',
    reason: null,
    version: 1,
    createdAtMs: clock.nowMs(),
    expiresAtMs: clock.nowMs() + 600_000,
    settledAtMs: null,
    ...more,
  };
}

function approvals(answer: PhoneAnswer, delayMs = 4000): Approvals {
  return new Approvals({
    clock,
    jack,
    answer,
    delayMs: () => delayMs,
    onAnswered: (_, outcome) => outcomes.push(outcome),
    send: async (input, options) => {
      const { decision, paymentRequestId } = input;
      sent.push({
        key: options?.context?.idempotencyKey ?? '',
        paymentRequestId,
        answer: decision.answer,
        authCode: (decision.answer === 'approve' && decision.authCode) || null,
      });
      replies.shift()?.();
      return { paymentRequest: request(1, { state: decision.answer === 'approve' ? 'paid' : 'declined' }) };
    },
  });
}

/** Lets promises that are settled run on, then moves the clock. */
async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  for (let n = 0; n < 10; n++) await Promise.resolve();
}

const refuse = (code: string) => () => {
  throw new ORPCError('CONFLICT', { status: 409, data: { body: { code } } });
};
const noReply = () => {
  throw new TypeError('fetch failed');
};

describe('a driver’s phone', () => {
  it('approves after the driver has looked at it, with a code from the jack', async () => {
    approvals('approve').told(request());
    await pass(3999);
    expect(sent).toEqual([]);
    await pass(1);
    expect(sent).toMatchObject([{ answer: 'approve', authCode: expect.stringMatching(/^[0-9]{8}$/) }]);
    expect(outcomes).toEqual(['answered']);
  });

  it('answers once, however often it is told', async () => {
    const phone = approvals('approve');
    phone.told(request());
    phone.told(request());
    await pass(5000);
    phone.told(request());
    phone.told(request(1, { state: 'paid', version: 2 }));
    await pass(60_000);
    expect(sent).toHaveLength(1);
  });

  it('waits for the engine when the jack has no power, and approves at restart', async () => {
    jack.setPower(false);
    approvals('approve').told(request());
    await pass(300_000);
    expect(sent).toEqual([]);
    jack.setPower(true);
    await pass(0);
    expect(sent).toHaveLength(1);
  });

  it('does not answer at restart what has expired meanwhile', async () => {
    jack.setPower(false);
    approvals('approve').told(request());
    await pass(700_000);
    jack.setPower(true);
    await pass(0);
    expect(sent).toEqual([]);
  });

  it('needs no jack where the phone’s own yes is enough', async () => {
    jack.setPower(false);
    approvals('approve').told(request(1, { kind: 'charge', verification: 'phone' }));
    await pass(4000);
    expect(sent).toMatchObject([{ answer: 'approve', authCode: null }]);
  });

  it('needs no jack to decline', async () => {
    jack.setPower(false);
    approvals('decline').told(request());
    await pass(4000);
    expect(sent).toMatchObject([{ answer: 'decline' }]);
  });

  it('says nothing while the driver does not answer, and answers once they change their mind', async () => {
    const phone = approvals('silent');
    phone.told(request());
    await pass(100_000);
    expect(sent).toEqual([]);
    phone.answer = 'approve';
    await pass(0);
    expect(sent).toHaveLength(1);
  });

  it('sends the same words under the same key when nobody replied', async () => {
    replies = [noReply, noReply];
    approvals('approve').told(request());
    await pass(4000);
    await pass(1000);
    await pass(2000);
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map((s) => `${s.key} ${s.authCode}`)).size).toBe(1);
    expect(outcomes).toEqual(['answered']);
  });

  it('asks the jack anew when the code was stale, under a new key', async () => {
    replies = [refuse('auth-code-stale')];
    approvals('approve').told(request());
    await pass(4000);
    await pass(0);
    expect(sent).toHaveLength(2);
    expect(sent[0]?.key).not.toBe(sent[1]?.key);
  });

  it('accepts a refusal and does not insist', async () => {
    replies = [refuse('request-not-waiting')];
    approvals('approve').told(request());
    await pass(4000);
    await pass(120_000);
    expect(sent).toHaveLength(1);
    expect(outcomes).toEqual(['request-not-waiting']);
  });

  it('does not answer what was settled while the driver was looking', async () => {
    const phone = approvals('approve');
    phone.told(request());
    phone.told(request(1, { state: 'cancelled', version: 2 }));
    await pass(10_000);
    expect(sent).toEqual([]);
  });
});
