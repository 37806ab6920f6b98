import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tables } from '../../server/db/index.ts';
import { movedMoney } from '../../server/index.ts';
import { balances } from '../../server/ledger/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { type Driver, onBothStores } from './server-fixture.ts';

interface Statement {
  lines: {
    kind: string;
    movement: string;
    amount: { amountMinor: number };
    paymentRequestId: string | null;
    preorderId: string | null;
  }[];
  totals: { currency: string; takenMinor: number; givenBackMinor: number }[];
}

onBothStores('money', (lotNow) => {
  const charge = (
    site: { token: string },
    driver: Driver,
    visitId: string,
    more: object = {},
    key?: string,
  ) =>
    lotNow().call<{ paymentRequest: PaymentRequest }>(
      site.token,
      'POST',
      '/v1/site/charges',
      {
        paymentRequestId: newId(),
        visitId,
        jackId: driver.jackId,
        amount: { amountMinor: 9_000, currency: 'KRW' },
        verification: 'jack',
        description: 'wipers',
        ...more,
      },
      key,
    );
  const statementOf = async (site: { token: string }) => {
    const now = lotNow().clock.nowMs();
    const path = `/v1/site/statement?fromMs=${now - 86_400_000}&toMs=${now + 1}`;
    return (await lotNow().call<Statement>(site.token, 'GET', path)).body;
  };
  const refund = (site: { token: string }, id: string, amountMinor: number, refundId = newId()) =>
    lotNow().call<{ paymentRequest: PaymentRequest }>(
      site.token,
      'POST',
      `/v1/site/payment-requests/${id}/refunds`,
      {
        refundId,
        amount: { amountMinor, currency: 'KRW' },
        reason: 'sent back',
      },
    );

  it('a charge is paid through both channels: the site’s request and the jack’s code from the phone', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver, 'bay');
    const asked = (await charge(site, driver, visitId)).body.paymentRequest;
    expect(asked).toMatchObject({
      kind: 'charge',
      state: 'waiting',
      verification: 'jack',
      description: 'wipers',
    });
    // The phone alone is not enough for it.
    const alone = { decision: { answer: 'approve', siteId: site.siteId, amount: asked.amount } };
    expect((await lot.answer(driver, asked.paymentRequestId, alone)).body.code).toBe('auth-code-wrong');
    const paid = await lot.answer(driver, asked.paymentRequestId, lot.approval(driver, asked));
    expect(paid.body.paymentRequest).toMatchObject({ state: 'paid', captured: { amountMinor: 9_000 } });
  });

  it('where the site allows it the phone itself completes the payment; elsewhere it is refused', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver, 'bay');
    expect((await charge(site, driver, visitId, { verification: 'phone' })).body.code).toBe('forbidden');
    await lot.server.app.db
      .update(tables.sites)
      .set({ jackRequiredFromMinor: 10_000 })
      .where(sql`id = ${site.siteId}`);
    const large = { verification: 'phone', amount: { amountMinor: 10_000, currency: 'KRW' } };
    expect((await charge(site, driver, visitId, large)).body.code).toBe('forbidden');
    const asked = (await charge(site, driver, visitId, { verification: 'phone' })).body.paymentRequest;
    const yes = { decision: { answer: 'approve', siteId: site.siteId, amount: asked.amount } };
    expect((await lot.answer(driver, asked.paymentRequestId, yes)).body.paymentRequest.state).toBe('paid');
  });

  it('a charge is asked for once, only for a car that is here, and not with another amount under one id', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver, 'bay');
    expect((await charge(site, driver, newId())).body.code).toBe('car-did-not-enter');
    const paymentRequestId = newId();
    const one = await charge(site, driver, visitId, { paymentRequestId });
    expect((await charge(site, driver, visitId, { paymentRequestId })).body).toEqual(one.body);
    const other = { paymentRequestId, amount: { amountMinor: 1, currency: 'KRW' } };
    expect((await charge(site, driver, visitId, other)).body.code).toBe('conflict');
  });

  it('money is given back in full, in parts, never more than was taken, and never twice for one refund', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver, 'bay');
    const asked = (await charge(site, driver, visitId)).body.paymentRequest;
    const id = asked.paymentRequestId;
    expect((await refund(site, id, 1)).body.code).toBe('request-not-waiting');
    await lot.answer(driver, id, lot.approval(driver, asked));
    const refundId = newId();
    expect((await refund(site, id, 4_000, refundId)).body.paymentRequest).toMatchObject({
      refunded: { amountMinor: 4_000 },
    });
    expect((await refund(site, id, 4_000, refundId)).body.paymentRequest).toMatchObject({
      refunded: { amountMinor: 4_000 },
    });
    expect((await refund(site, id, 5_001)).body.code).toBe('amount-mismatch');
    const both = await Promise.all([refund(site, id, 3_000), refund(site, id, 3_000)]);
    expect(both.map((b) => b.status).sort()).toEqual([200, 409]);
    expect(await movedMoney(lot.server.app.db, driver.processorToken)).toMatchObject({
      captured: 9_000,
      refunded: 7_000,
    });
    const statement = await statementOf(site);
    expect(statement.totals).toEqual([{ currency: 'KRW', takenMinor: 9_000, givenBackMinor: 7_000 }]);
    expect(statement.lines.map((l) => [l.kind, l.movement, l.amount.amountMinor])).toEqual([
      ['charge', 'taken', 9_000],
      ['charge', 'given-back', 4_000],
      ['charge', 'given-back', 3_000],
    ]);
  });

  it('the statement has a line for every preorder and refuel that was paid, and none for the rest', async () => {
    const lot = lotNow();
    const site = await lot.site({ reservationMaximumMinor: 100_000 });
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver);
    const reserved = await lot.askedOf(driver);
    await lot.answer(driver, reserved.paymentRequestId, lot.approval(driver, reserved));
    const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(driver, visitId))).body;
    const { preorder } = (await lot.preorder(site, driver)).body;
    await lot.preorder(site, driver);
    const handedOver = { visitId, handedOverAtMs: 1, staffName: 'x' };
    await lot.call(site.token, 'POST', `/v1/site/preorders/${preorder.preorderId}/handed-over`, handedOver);
    const { lines, totals } = await statementOf(site);
    expect(lines).toMatchObject([
      { kind: 'refuel', paymentRequestId: paymentRequest.paymentRequestId, amount: { amountMinor: 64_988 } },
      { kind: 'preorder', preorderId: preorder.preorderId, amount: { amountMinor: 13_200 } },
    ]);
    expect(totals).toEqual([{ currency: 'KRW', takenMinor: 78_188, givenBackMinor: 0 }]);
  });

  it('the books refuse what does not sum to zero, and any change of what is written', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    await lot.preorder(site, driver);
    const { db } = lot.server.app;
    const [entry] = await db
      .select()
      .from(tables.ledgerEntries)
      .where(eq(tables.ledgerEntries.account, 'held-at-processor'))
      .limit(1);
    if (entry === undefined) throw new Error('no entry');
    const { id: _, ...copy } = entry;
    const odd = { ...copy, transactionId: randomUUID(), account: 'owed-to-sites' as const };
    const reasonOf = (error: unknown) => String((error as { cause?: unknown }).cause ?? error);
    const refusal = async (action: PromiseLike<unknown>) =>
      Promise.resolve(action).then(() => 'accepted', reasonOf);
    expect(await refusal(db.insert(tables.ledgerEntries).values(odd))).toContain('does not sum to zero');
    expect(await refusal(db.update(tables.ledgerEntries).set({ amountMinor: 1 }))).toContain('never changed');
    expect(await refusal(db.delete(tables.ledgerEntries))).toContain('never changed');
  });

  it('after random histories every account agrees with the processor’s own books', async () => {
    const lot = lotNow();
    const { db } = lot.server.app;
    const step = fc.constantFrom(
      'preorder',
      'hand-over',
      'cancel',
      'refuel',
      'approve',
      'leave',
      'refund',
      'time',
    );
    const card = fc.constantFrom(
      'tok_ok',
      'tok_capture_timeout',
      'tok_void_timeout',
      'tok_refund_timeout',
      'tok_timeout_before',
    );
    await fc.assert(
      fc.asyncProperty(
        card,
        fc.boolean(),
        fc.array(step, { maxLength: 12 }),
        async (base, reserve, steps) => {
          const site = await lot.site(reserve ? { reservationMaximumMinor: 70_000 } : {});
          const driver = await lot.driver({ card: base === 'tok_ok' ? undefined : base });
          let visitId = await lot.arrive(site, driver);
          const made: string[] = [];
          const asked: PaymentRequest[] = [];
          for (const what of steps) {
            if (what === 'preorder') made.push((await lot.preorder(site, driver)).body.preorder?.preorderId);
            const preorderId = made.at(-1);
            const handedOver = { visitId, handedOverAtMs: 1, staffName: 'x' };
            if (what === 'hand-over')
              await lot.call(site.token, 'POST', `/v1/site/preorders/${preorderId}/handed-over`, handedOver);
            if (what === 'cancel') await lot.call(driver.token, 'POST', `/v1/preorders/${preorderId}/cancel`);
            if (what === 'refuel') {
              const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(driver, visitId)))
                .body;
              if (paymentRequest !== undefined) asked.push(paymentRequest);
            }
            if (what === 'approve') {
              const { body } = await lot.call<{ waiting: PaymentRequest[] }>(
                driver.token,
                'GET',
                '/v1/approvals',
              );
              for (const request of body.waiting)
                await lot.answer(driver, request.paymentRequestId, lot.approval(driver, request));
            }
            if (what === 'leave') {
              await lot.call(site.token, 'POST', '/v1/site/departures', {
                visitId,
                jackId: driver.jackId,
                departedAtMs: 1,
              });
              visitId = await lot.arrive(site, driver);
            }
            if (what === 'refund')
              for (const request of asked) await refund(site, request.paymentRequestId, 1_000);
            if (what === 'time') {
              lot.clock.advance(3_000);
              await lot.server.tick();
            }
          }
          for (let i = 0; i < 6; i++) {
            lot.clock.advance(5_000);
            await lot.server.tick();
          }
          const books = await balances(db);
          const sum = books.reduce((total, b) => total + b.amountMinor, 0);
          const balance = (account: string) => books.find((b) => b.account === account)?.amountMinor ?? 0;
          const moved = await movedMoney(db);
          // The processor ends a hold whole when it captures; what it still holds is what was neither captured nor released.
          const open =
            await db.execute(sql`SELECT COALESCE(SUM(amount_minor), 0)::bigint AS held FROM sandbox_ledger a
          WHERE kind = 'authorise' AND NOT EXISTS (SELECT 1 FROM sandbox_ledger b
            WHERE b.authorisation = a.authorisation AND b.kind IN ('capture', 'void'))`);
          const [{ held }] = (open as unknown as { rows: [{ held: string }] }).rows;
          expect(sum).toBe(0);
          expect([balance('held-at-processor'), balance('taken-at-processor')]).toEqual([
            Number(held),
            moved.captured - moved.refunded,
          ]);
        },
      ),
      { numRuns: 12, seed: 20261121 },
    );
  }, 90_000);
});
