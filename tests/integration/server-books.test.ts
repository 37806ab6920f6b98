import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tables } from '../../server/db/index.ts';
import { movedMoney } from '../../server/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { type Driver, type Lot, onBothStores } from './server-fixture.ts';

type Step = 'edit' | 'ready' | 'fetch' | 'cancel' | 'charge' | 'refund' | 'time' | 'crash' | 'late';

/** What the server's books say of one driver's money, by account. */
async function booksOf(lot: Lot, driverId: string) {
  const { ledgerEntries } = tables;
  const rows = await lot.server.app.db
    .select()
    .from(ledgerEntries)
    .where(eq(ledgerEntries.driverId, driverId));
  const balance = (account: string) =>
    rows.filter((row) => row.account === account).reduce((sum, row) => sum + row.amountMinor, 0);
  return {
    sum: rows.reduce((sum, row) => sum + row.amountMinor, 0),
    held: balance('held-at-processor'),
    heldOfDrivers: balance('held-of-drivers'),
    taken: balance('taken-at-processor'),
    owed: balance('owed-to-sites'),
  };
}

onBothStores('the books', (lotNow) => {
  it('sum to zero and equal the processor’s, after histories of changes, declines, lost and late answers, repeats and crashes', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const step = fc.constantFrom<Step>(
      'edit',
      'ready',
      'fetch',
      'cancel',
      'charge',
      'refund',
      'time',
      'crash',
      'late',
    );
    const card = fc.constantFrom(
      'tok_ok',
      'tok_declined',
      'tok_timeout_after_hold',
      'tok_timeout_before',
      'tok_capture_timeout',
      'tok_capture_declined',
      'tok_void_timeout',
      'tok_refund_timeout',
    );
    const run = async (base: string, steps: Step[]) => {
      const driver: Driver = await lot.driver({ card: base === 'tok_ok' ? undefined : base });
      const before = await movedMoney(lot.server.app.db, driver.processorToken);
      const visitId = await lot.arrive(site, driver, 'bay');
      const { preorder } = (await lot.preorder(site, driver)).body;
      const preorderId = preorder?.preorderId ?? newId();
      const charges: string[] = [];
      const post = (token: string, path: string, body: object) => lot.call(token, 'POST', path, body);
      for (const [index, what] of steps.entries()) {
        switch (what) {
          case 'edit':
            await post(driver.token, `/v1/preorders/${preorderId}/edit`, {
              promisedAtMs: null,
              items: [{ menuItemId: site.latte, quantity: 1 + ((index * 5) % 7), options: [] }],
            });
            break;
          case 'ready':
            await post(site.token, `/v1/site/preorders/${preorderId}/ready`, { atMs: 1 });
            break;
          case 'fetch':
            await post(site.token, `/v1/site/preorders/${preorderId}/handed-over`, {
              visitId,
              handedOverAtMs: 1,
              staffName: 'x',
            });
            break;
          case 'cancel':
            await post(driver.token, `/v1/preorders/${preorderId}/cancel`, {});
            break;
          case 'charge': {
            const paymentRequestId = newId();
            const asked = await lot.call<{ paymentRequest: PaymentRequest }>(
              site.token,
              'POST',
              '/v1/site/charges',
              {
                paymentRequestId,
                visitId,
                jackId: driver.jackId,
                amount: { amountMinor: 1000 + index, currency: 'KRW' },
                verification: 'jack',
                description: null,
              },
            );
            expect(asked.status).toBe(200);
            const yes = lot.approval(driver, asked.body.paymentRequest);
            // Twice at once: once in effect.
            await Promise.all([1, 2].map(() => lot.answer(driver, paymentRequestId, yes)));
            charges.push(paymentRequestId);
            break;
          }
          case 'refund':
            for (const id of charges) {
              await post(site.token, `/v1/site/payment-requests/${id}/refunds`, {
                refundId: newId(),
                amount: { amountMinor: 400, currency: 'KRW' },
                reason: 'x',
              });
            }
            break;
          case 'late': {
            // The next hold happens, and nobody hears of it until it is looked up.
            const { processor } = lot.server.app;
            const { authorise } = processor;
            processor.authorise = async (ask) => {
              await authorise(ask);
              processor.authorise = authorise;
              return { outcome: 'unknown', detail: 'late' };
            };
            break;
          }
          case 'crash':
            await lot.restart();
            break;
          case 'time':
            lot.clock.advance(3_000);
            await lot.server.tick();
            break;
        }
      }
      for (let i = 0; i < 6; i++) {
        lot.clock.advance(40_000);
        await lot.server.tick();
      }
      const after = await movedMoney(lot.server.app.db, driver.processorToken);
      const books = await booksOf(lot, driver.driverId);
      const captured = after.captured - before.captured;
      const refunded = after.refunded - before.refunded;
      expect(books.sum).toBe(0);
      expect(books.heldOfDrivers + books.held).toBe(0);
      expect(books.taken).toBe(captured - refunded);
      expect(books.owed).toBe(refunded - captured);
      // A hold is open only for an order that is: never for one that ended, never two.
      const order = (
        await lot.call<{ preorder: { payment: string } }>(driver.token, 'GET', `/v1/preorders/${preorderId}`)
      ).body.preorder;
      if (order?.payment !== 'held') expect(books.held).toBe(0);
      else expect(books.held).toBeGreaterThan(0);
      const { processorOperations } = tables;
      const open = await lot.server.app.db
        .select()
        .from(processorOperations)
        .where(eq(processorOperations.subjectId, preorderId));
      expect(open.filter((o) => o.state === 'pending' || o.state === 'unknown')).toEqual([]);
    };
    await fc.assert(fc.asyncProperty(card, fc.array(step, { minLength: 2, maxLength: 8 }), run), {
      numRuns: 12,
      seed: 20261121,
    });
  }, 120_000);
});
