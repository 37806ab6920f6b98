import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCart, sellGoods, startServer } from '../../server/index.ts';
import { ManualClock, newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { Lot } from './server-fixture.ts';
import { openDatabase } from './server-postgres.ts';

/** Tables that grow with every visit, and those that grow with every driver. */
const growing = [
  'arrivals',
  'payment_requests',
  'refuels',
  'refuel_tenders',
  'drive_offs',
  'processor_operations',
  'ledger_entries',
  'refunds',
  'idempotency_keys',
  'events',
  'event_streams',
  'preorders',
  'preorder_items',
  'preorder_edits',
  'cart_trips',
  'cart_lines',
  'sandbox_ledger',
  'last_heard',
  'jacks',
  'vehicles',
  'drivers',
  'phones',
  'payment_methods',
  'eid_windows',
];

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** What the servers ask of the database, as it was asked while one car after the other came and paid. */
async function askedOf(lot: Lot): Promise<string[]> {
  const texts = new Set<string>();
  const { query } = pg.Client.prototype;
  const watching = function (this: pg.Client, ...args: unknown[]): unknown {
    const [asked] = args;
    const text = typeof asked === 'string' ? asked : (asked as { text?: string } | null)?.text;
    if (text !== undefined) texts.add(text);
    return Reflect.apply(query, this, args);
  };
  Object.assign(pg.Client.prototype, { query: watching });
  try {
    await aDay(lot);
  } finally {
    Object.assign(pg.Client.prototype, { query });
  }
  return [...texts].filter((text) => /^\s*(with|select|insert|update|delete)\b/i.test(text));
}

async function aDay(lot: Lot): Promise<void> {
  const reserving = await lot.site({ reservationMaximumMinor: 100_000 });
  const plain = await lot.site();
  const { app } = lot.server;
  const cart = await createCart(app, { siteId: plain.siteId, number: 1 });
  await sellGoods(app, [
    {
      siteId: plain.siteId,
      barcode: '8801',
      name: 'Milk',
      nameKo: null,
      soldBy: 'piece',
      unitAmountMinor: 2900,
      weightGram: 1030,
    },
  ]);
  for (const [n, site] of [reserving, plain, reserving, plain].entries()) {
    const driver = await lot.driver(n === 3 ? { rotating: { exponent: 10 } } : {});
    const order = (await lot.preorder(site, driver)).body.preorder;
    for (let times = 0; times < 2; times++) await lot.report(site, driver.code);
    const visitId = await lot.arrive(site, driver);
    for (const path of [
      '/v1/site/cars?digits=3456',
      `/v1/site/expected-codes?fromMs=0&toMs=1000`,
      '/v1/site/carts',
    ]) {
      await lot.call(site.token, 'GET', path);
    }
    const yes = async (request: PaymentRequest) =>
      lot.answer(driver, request.paymentRequestId, lot.approval(driver, request));
    if (site === reserving) await yes(await lot.askedOf(driver));
    const done = await lot.complete(site, newId(), lot.completion(driver, visitId, 50_000));
    if (site === plain) await yes(done.body.paymentRequest);
    const paymentRequestId = newId();
    const charge = await lot.call<{ paymentRequest: PaymentRequest }>(
      site.token,
      'POST',
      '/v1/site/charges',
      {
        ...{ paymentRequestId, visitId, jackId: driver.jackId, verification: 'jack', description: null },
        amount: { amountMinor: 9000, currency: 'KRW' },
      },
    );
    await yes(charge.body.paymentRequest);
    await lot.call(site.token, 'POST', `/v1/site/payment-requests/${paymentRequestId}/refunds`, {
      ...{ refundId: newId(), reason: 'x', amount: { amountMinor: 900, currency: 'KRW' } },
    });
    await lot.request(site, paymentRequestId);
    if (order !== undefined) {
      await lot.call(driver.token, 'POST', `/v1/preorders/${order.preorderId}/edit`, {
        promisedAtMs: null,
        items: [{ menuItemId: site.latte, quantity: 5, options: [] }],
      });
      await lot.call(site.token, 'POST', `/v1/site/preorders/${order.preorderId}/ready`, { atMs: 1 });
      await lot.call(site.token, 'POST', `/v1/site/preorders/${order.preorderId}/handed-over`, {
        ...{ visitId, handedOverAtMs: 1, staffName: 'x' },
      });
    }
    if (n === 1) {
      const taken = await lot.call<{ cart: { trip: { tripId: string } } }>(driver.token, 'POST', '/v1/cart', {
        ...{ cartCode: cart.code, jackId: driver.jackId },
      });
      await lot.call(cart.token, 'POST', '/v1/cart-device/items', {
        goods: { barcode: '8801' },
        quantity: 1,
      });
      await lot.call(driver.token, 'POST', `/v1/cart/${taken.body.cart.trip.tripId}/checkout`, {
        asPickup: true,
      });
      await yes(await lot.askedOf(driver));
    }
    await lot.call(site.token, 'GET', '/v1/site/statement?fromMs=0&toMs=1000');
    await lot.call(site.token, 'POST', '/v1/site/departures', {
      visitId,
      jackId: driver.jackId,
      departedAtMs: 1,
    });
    await lot.server.tick();
  }
  lot.clock.advance(61_000);
  await lot.server.tick();
}

describe('every statement of the payment server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cigar-kiosk-plans-'));
  let closeDatabase = async () => {};
  let client: pg.Client;
  let lot: Lot;
  let statements: string[] = [];
  let partial = new Set<string>();

  beforeAll(async () => {
    const database = await openDatabase();
    closeDatabase = database.close;
    const databaseUrl = database.url;
    const clock = new ManualClock();
    const server = await startServer({ databaseUrl, masterKeyFile: join(folder, 'master.key'), clock });
    lot = new Lot(server, clock, async () => server);
    statements = await askedOf(lot);
    client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    // Whoever can use an index does: what is left without one has none.
    await client.query('SET enable_seqscan = off');
    const { rows } = await client.query<{ name: string }>(
      'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indpred IS NOT NULL',
    );
    partial = new Set(rows.map(({ name }) => name));
  }, 120_000);

  afterAll(async () => {
    await client.end();
    await lot.server.close();
    await closeDatabase();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Reads of a growing table that get longer as it grows, in the plan for values that are not known yet. */
  async function longReads(text: string): Promise<string[]> {
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${text}`,
    );
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
    if (plan === undefined) throw new Error('no plan');
    return nodesOf(plan).flatMap((node) => {
      const type = node['Node Type'];
      const table = node['Relation Name'];
      if (!/Scan/.test(type) || type === 'Bitmap Heap Scan') return [];
      const index = node['Index Name'];
      if (index !== undefined) {
        // An index of only what is open may be read whole; any other must be entered at a place.
        const whole = node['Index Cond'] === undefined && !partial.has(index);
        return whole && growing.some((name) => index.startsWith(name))
          ? [`${type} of the whole of ${index}`]
          : [];
      }
      return table !== undefined && growing.includes(table) ? [`${type} of ${table}`] : [];
    });
  }

  it('was watched: there are many', () => {
    expect(statements.length).toBeGreaterThan(60);
  });

  it('enters what grows by an index, whatever its values are', async () => {
    const long: string[] = [];
    for (const text of statements) {
      for (const read of await longReads(text))
        long.push(`${read}: ${text.replace(/\s+/g, ' ').slice(0, 300)}`);
    }
    expect(long).toEqual([]);
  }, 60_000);

  it('would be found out if it read all of a table', async () => {
    expect(await longReads('SELECT * FROM arrivals WHERE lane_id = $1')).not.toEqual([]);
    expect(
      await longReads('SELECT * FROM payment_requests WHERE state = $1 AND expires_at_ms < $2'),
    ).not.toEqual([]);
  });
});
