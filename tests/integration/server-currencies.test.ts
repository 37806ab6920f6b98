/** Money in currencies with none, two and three decimals: what is reckoned, held, taken, given back and booked. */
import { eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tables } from '../../server/db/index.ts';
import { amountForVolume, newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { done } from '../support/answers/scene.ts';
import { type Driver, type Lot, onPostgres } from './server-fixture.ts';

/** A litre's price in thousandths of the smallest unit, and what is reserved for a fill. */
const currencies = [
  { currency: 'KRW', unitPriceMilli: 1_534_000, maximum: 100_000 },
  { currency: 'JPY', unitPriceMilli: 174_000, maximum: 10_000 },
  { currency: 'USD', unitPriceMilli: 92_460, maximum: 10_000 },
  { currency: 'EUR', unitPriceMilli: 165_900, maximum: 12_000 },
  { currency: 'KWD', unitPriceMilli: 85_000, maximum: 6_000 },
] as const;
type Priced = (typeof currencies)[number];

const steps = [
  'refuel',
  'big-refuel',
  'approve',
  'decline',
  'charge',
  'part-refund',
  'refund-rest',
  'leave',
  'expire',
  'time',
  'preorder',
  'unavailable',
  'fetch',
  'cancel',
] as const;
type Step = (typeof steps)[number];

/** One driver's day at one site. */
class Day {
  readonly #lot: Lot;
  readonly #site: Awaited<ReturnType<Lot['site']>>;
  readonly #driver: Driver;
  readonly #priced: Priced;
  readonly #asked: string[] = [];
  #orders: { preorderId: string; items: { itemId: string }[] }[] = [];
  #visitId: string;

  constructor(
    lot: Lot,
    site: Awaited<ReturnType<Lot['site']>>,
    driver: Driver,
    priced: Priced,
    visitId: string,
  ) {
    this.#lot = lot;
    this.#site = site;
    this.#driver = driver;
    this.#priced = priced;
    this.#visitId = visitId;
  }

  #post<T>(token: string, path: string, body: object) {
    return this.#lot.call<T>(token, 'POST', path, body);
  }
  #money = (amountMinor: number) => ({ amountMinor, currency: this.#priced.currency });

  async #refuel(volumeMl: number) {
    const { unitPriceMilli } = this.#priced;
    const amount = this.#money(amountForVolume(unitPriceMilli, volumeMl));
    const completion = {
      ...this.#lot.completion(this.#driver, this.#visitId),
      unitPriceMilli,
      volumeMl,
      amount,
    };
    const { status, body } = await this.#lot.complete(this.#site, newId(), completion);
    expect(status).toBe(200);
    expect(body.paymentRequest.amount).toEqual(amount);
    this.#asked.push(body.paymentRequest.paymentRequestId);
    const other = { ...completion, paymentRequestId: newId(), amount: { ...amount, currency: 'CHF' } };
    expect((await this.#lot.complete(this.#site, newId(), other)).body.code).toBe('amount-disagrees');
  }

  async do(step: Step, size: number): Promise<void> {
    const lot = this.#lot;
    const [site, driver] = [this.#site, this.#driver];
    const order = this.#orders.at(-1);
    switch (step) {
      case 'refuel':
        return this.#refuel(1_000 + size * 37);
      case 'big-refuel':
        return this.#refuel(90_000 + size * 61);
      case 'approve':
      case 'decline': {
        const { waiting } = await done(
          lot.call<{ waiting: PaymentRequest[] }>(driver.token, 'GET', '/v1/approvals'),
        );
        for (const request of waiting) {
          const yes = lot.approval(driver, request);
          const body = step === 'approve' ? yes : { decision: { answer: 'decline' } };
          await lot.answer(driver, request.paymentRequestId, body);
        }
        return;
      }
      case 'charge': {
        const paymentRequestId = newId();
        await done(
          this.#post(site.token, '/v1/site/charges', {
            ...{ paymentRequestId, visitId: this.#visitId, jackId: driver.jackId },
            ...{ amount: this.#money(1 + size), verification: 'jack', description: null },
          }),
        );
        this.#asked.push(paymentRequestId);
        return;
      }
      case 'part-refund':
      case 'refund-rest':
        for (const id of this.#asked) {
          const request = await lot.request(site, id);
          const left = (request.captured?.amountMinor ?? 0) - (request.refunded?.amountMinor ?? 0);
          const amountMinor = step === 'refund-rest' ? left : Math.min(left, 1 + (size % 97));
          const path = `/v1/site/payment-requests/${id}/refunds`;
          const refund = { refundId: newId(), amount: this.#money(amountMinor), reason: 'x' };
          const { status } = await this.#post(site.token, path, refund);
          expect(status).toBe(request.state === 'paid' && left > 0 ? 200 : 409);
        }
        return;
      case 'leave':
        await this.#post(site.token, '/v1/site/departures', {
          ...{ visitId: this.#visitId, jackId: driver.jackId, departedAtMs: lot.clock.nowMs() },
        });
        this.#visitId = await lot.arrive(site, driver);
        return;
      case 'expire':
        lot.clock.advance(121_000);
        return lot.server.tick();
      case 'time':
        lot.clock.advance(3_000);
        return lot.server.tick();
      case 'preorder': {
        const { body } = await lot.preorder(site, driver);
        if (body.preorder !== undefined) this.#orders = [...this.#orders, body.preorder];
        return;
      }
      case 'unavailable': {
        if (order === undefined) return;
        const item = order.items[size % 2]?.itemId;
        await this.#post(site.token, `/v1/site/preorders/${order.preorderId}/items/${item}/unavailable`, {
          atMs: 1,
        });
        return;
      }
      case 'fetch':
        if (order !== undefined)
          await this.#post(site.token, `/v1/site/preorders/${order.preorderId}/handed-over`, {
            ...{ visitId: this.#visitId, handedOverAtMs: 1, staffName: 'x' },
          });
        return;
      case 'cancel':
        if (order !== undefined)
          await this.#post(driver.token, `/v1/preorders/${order.preorderId}/cancel`, {});
        return;
    }
  }
}

/** The processor's own books, for one driver's card in one currency since `fromId`. */
async function processorBooks(lot: Lot, token: string, fromId: number) {
  const result = await lot.server.app.db.execute(sql`
    SELECT kind, currency, amount_minor::int AS amount, authorisation FROM sandbox_ledger
    WHERE processor_token = ${token} AND id > ${fromId}`);
  const { rows } = result as unknown as {
    rows: { kind: string; currency: string; amount: number; authorisation: string | null }[];
  };
  const sum = (kind: string) => rows.filter((r) => r.kind === kind).reduce((n, r) => n + r.amount, 0);
  const ended = new Set(
    rows.filter((r) => r.kind === 'capture' || r.kind === 'void').map((r) => r.authorisation),
  );
  const open = rows.filter((r) => r.kind === 'authorise' && !ended.has(r.authorisation));
  return {
    currencies: new Set(rows.filter((r) => r.kind !== 'decline').map((r) => r.currency)),
    captured: sum('capture') + sum('purchase'),
    refunded: sum('refund'),
    openHolds: open.reduce((n, r) => n + r.amount, 0),
  };
}

onPostgres('books in every currency', (lotNow, store) => {
  it.each(currencies)(
    'sum to zero and equal the processor’s in $currency, after histories of captures below the reservation, part refunds, expiries, lost answers',
    async (priced) => {
      const lot = lotNow();
      const { db } = lot.server.app;
      const card = fc.constantFrom(
        'tok_ok',
        'tok_ok',
        'tok_timeout_after_hold',
        'tok_timeout_before',
        'tok_capture_timeout',
        'tok_capture_timeout_before',
        'tok_capture_declined',
        'tok_void_timeout',
        'tok_refund_timeout',
        'tok_outage',
        'tok_callback_twice',
        'tok_callback_late',
      );
      const history = fc.array(fc.tuple(fc.constantFrom(...steps), fc.nat(3_000)), {
        minLength: 4,
        maxLength: 14,
      });
      const run = async (base: string, reserves: boolean, what: [Step, number][]) => {
        const { currency, maximum } = priced;
        const site = await lot.site({
          currency,
          ...(reserves ? { reservationMaximumMinor: maximum } : {}),
        });
        const driver = await lot.driver({ card: base === 'tok_ok' ? undefined : base });
        const [last] = (
          (await db.execute(sql`SELECT COALESCE(MAX(id), 0)::int AS id FROM sandbox_ledger`)) as unknown as {
            rows: { id: number }[];
          }
        ).rows;
        const fromMs = lot.clock.nowMs();
        const day = new Day(lot, site, driver, priced, await lot.arrive(site, driver));
        for (const [step, size] of what) await day.do(step, size);
        for (let i = 0; i < 10; i++) {
          lot.clock.advance(20_000);
          await lot.server.tick();
        }
        const rows = await db
          .select()
          .from(tables.ledgerEntries)
          .where(eq(tables.ledgerEntries.driverId, driver.driverId));
        const balance = (account: string) =>
          rows.filter((r) => r.account === account).reduce((n, r) => n + r.amountMinor, 0);
        const books = await processorBooks(lot, driver.processorToken, last?.id ?? 0);
        for (const row of rows) expect(row.currency).toBe(currency);
        for (const other of books.currencies) expect(other).toBe(currency);
        expect(rows.reduce((n, r) => n + r.amountMinor, 0)).toBe(0);
        expect(balance('held-at-processor')).toBe(books.openHolds);
        expect(balance('held-of-drivers') + books.openHolds).toBe(0);
        expect(balance('taken-at-processor')).toBe(books.captured - books.refunded);
        // The site's statement tells the same, line by line.
        const span = `fromMs=${fromMs}&toMs=${lot.clock.nowMs() + 1}`;
        const { totals, lines } = await done(
          lot.call<{
            totals: { currency: string; takenMinor: number; givenBackMinor: number }[];
            lines: { movement: string; amount: { amountMinor: number } }[];
          }>(site.token, 'GET', `/v1/site/statement?${span}`),
        );
        const [total] = totals;
        expect([total?.takenMinor ?? 0, total?.givenBackMinor ?? 0]).toEqual([
          books.captured,
          books.refunded,
        ]);
        const net = lines.reduce(
          (n, line) => n + line.amount.amountMinor * (line.movement === 'taken' ? 1 : -1),
          0,
        );
        expect(net + balance('owed-to-sites')).toBe(0);
        const open = await db
          .select()
          .from(tables.processorOperations)
          .where(eq(tables.processorOperations.processorToken, driver.processorToken));
        expect(open.filter((o) => o.state === 'pending' || o.state === 'unknown')).toEqual([]);
      };
      await fc.assert(fc.asyncProperty(card, fc.boolean(), history, run), {
        numRuns: store === 'PGlite' ? 5 : 8,
        endOnFailure: true,
        seed: 20261121,
      });
    },
    120_000,
  );
});
