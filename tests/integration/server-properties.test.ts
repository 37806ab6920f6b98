import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { tables } from '../../server/db/index.ts';
import { movedMoney, sandboxProcessor, startServer } from '../../server/index.ts';
import type { AuthCodeSubject } from '../../shared/auth-code/index.ts';
import { ManualClock, newId } from '../../shared/domain/index.ts';
import type { Preorder } from '../../shared/schemas/index.ts';
import { call, type Driver, onBothStores } from './server-fixture.ts';

const seed = 20261121;

onBothStores('whatever is sent how often and at once', (lotNow, store, databaseUrl) => {
  it('an approval made for one request never pays another, whichever field is changed', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const field = fc.constantFrom<keyof AuthCodeSubject>(
      'siteId',
      'amountMinor',
      'currency',
      'paymentRequestId',
    );
    await fc.assert(
      fc.asyncProperty(field, fc.integer({ min: 1, max: 1000 }), async (name, more) => {
        const visitId = await lot.arrive(site, driver);
        const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(driver, visitId))).body;
        const bend = {
          siteId: { siteId: newId() },
          amountMinor: { amountMinor: paymentRequest.amount.amountMinor + more },
          currency: { currency: 'JPY' },
          paymentRequestId: { requestId: newId() },
        }[name];
        const refused = await lot.answer(
          driver,
          paymentRequest.paymentRequestId,
          lot.approval(driver, paymentRequest, bend),
        );
        expect(refused.body.code).toBe('auth-code-wrong');
        expect((await lot.request(site, paymentRequest.paymentRequestId)).state).toBe('waiting');
      }),
      { numRuns: 12, seed },
    );
    expect(await movedMoney(lot.server.app.db, driver.processorToken)).toMatchObject({
      authorisations: 0,
      captures: 0,
    });
  });

  it('random retries at once, with the same and with fresh keys, leave exactly one capture', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const card = fc.constantFrom(
      'tok_ok',
      'tok_capture_timeout',
      'tok_timeout_after_hold',
      'tok_timeout_before',
    );
    await fc.assert(
      fc.asyncProperty(card, fc.array(fc.nat(2), { minLength: 2, maxLength: 8 }), async (base, keysUsed) => {
        const driver = await lot.driver({ card: base === 'tok_ok' ? undefined : base });
        const before = await movedMoney(lot.server.app.db, driver.processorToken);
        const visitId = await lot.arrive(site, driver);
        const refuelId = newId();
        const completion = lot.completion(driver, visitId);
        const keys = [randomUUID(), randomUUID(), randomUUID()];
        const completed = await Promise.all(
          keysUsed.map((k) => lot.complete(site, refuelId, completion, keys[k])),
        );
        for (const answer of completed) expect(answer.status).toBe(200);
        const { paymentRequest } = (await lot.complete(site, refuelId, completion)).body;
        const approval = lot.approval(driver, paymentRequest);
        await Promise.all(
          keysUsed.map((k) => lot.answer(driver, paymentRequest.paymentRequestId, approval, keys[k])),
        );
        for (let i = 0; i < 4; i++) {
          lot.clock.advance(3_000);
          await lot.server.tick();
        }
        expect(await lot.request(site, paymentRequest.paymentRequestId)).toMatchObject({ state: 'paid' });
        const after = await movedMoney(lot.server.app.db, driver.processorToken);
        expect(after.captures - before.captures).toBe(1);
        expect(after.authorisations - before.authorisations).toBe(1);
        expect(after.captured - before.captured).toBe(paymentRequest.amount.amountMinor);
      }),
      { numRuns: 8, seed },
    );
  });

  it('after random histories the server’s books and the processor’s agree, and nothing stays held by mistake', async () => {
    const lot = lotNow();
    const step = fc.constantFrom('unavailable', 'ready', 'hand-over', 'cancel', 'time', 'retry-order');
    const card = fc.constantFrom(
      'tok_ok',
      'tok_timeout_after_hold',
      'tok_capture_timeout',
      'tok_void_timeout',
    );
    await fc.assert(
      fc.asyncProperty(card, fc.array(step, { maxLength: 8 }), async (base, steps) => {
        const site = await lot.site();
        const driver = await lot.driver({ card: base === 'tok_ok' ? undefined : base });
        const before = await movedMoney(lot.server.app.db, driver.processorToken);
        const key = randomUUID();
        const { preorder } = (await lot.preorder(site, driver, key)).body;
        const path = `/v1/site/preorders/${preorder.preorderId}`;
        let item = 0;
        for (const what of steps) {
          if (what === 'unavailable') {
            const itemId = preorder.items[item++ % 2]?.itemId;
            await lot.call(site.token, 'POST', `${path}/items/${itemId}/unavailable`, { atMs: 1 });
          } else if (what === 'ready') await lot.call(site.token, 'POST', `${path}/ready`, { atMs: 1 });
          else if (what === 'hand-over') {
            await lot.call(site.token, 'POST', `${path}/handed-over`, {
              visitId: newId(),
              handedOverAtMs: 1,
              staffName: 'x',
            });
          } else if (what === 'cancel')
            await lot.call(driver.token, 'POST', `/v1/preorders/${preorder.preorderId}/cancel`);
          else if (what === 'retry-order') await lot.preorder(site, driver, key);
          else {
            lot.clock.advance(5_000);
            await lot.server.tick();
          }
        }
        for (let i = 0; i < 4; i++) {
          lot.clock.advance(5_000);
          await lot.server.tick();
        }
        const end = (
          await lot.call<{ preorder: typeof preorder }>(
            driver.token,
            'GET',
            `/v1/preorders/${preorder.preorderId}`,
          )
        ).body.preorder;
        const after = await movedMoney(lot.server.app.db, driver.processorToken);
        const captured = after.captured - before.captured;
        const released = after.released - before.released;
        expect(after.held - before.held).toBe(13_200);
        if (end.state === 'handed-over')
          expect([end.payment, captured, released]).toEqual(['captured', end.paid.amountMinor, 0]);
        else if (end.state === 'cancelled')
          expect([end.payment, captured, released]).toEqual(['voided', 0, 13_200]);
        else expect([end.payment, captured, released]).toEqual(['held', 0, 0]);
      }),
      { numRuns: 15, seed },
    );
  }, 60_000);

  it.skipIf(store === 'PGlite')(
    'two servers on one database settle once between them, and each hears the other’s events',
    async () => {
      const lot = lotNow();
      const { app } = lot.server;
      const second = await startServer({
        databaseUrl: databaseUrl() ?? '',
        // The jacks' keys are sealed with the first server's master key; this server checks no codes.
        masterKeyFile: `${process.env.TMPDIR ?? '/tmp'}/cigar-kiosk-second-${process.pid}.key`,
        clock: lot.clock,
      });
      try {
        const site = await lot.site();
        const drivers: Driver[] = await Promise.all(Array.from({ length: 4 }, () => lot.driver()));
        const heard = (await import('./server-fixture.ts')).readEvents(
          second.url,
          site.token,
          '/v1/site/events',
          '0',
          (all) => all.filter((e) => e.data.type === 'preorder').length >= drivers.length,
        );
        const keys = drivers.map(() => randomUUID());
        const order = (url: string, driver: Driver, key: string | undefined) =>
          call<{ preorder: { preorderId: string } }>(
            url,
            driver.token,
            'POST',
            '/v1/preorders',
            {
              siteId: site.siteId,
              jackId: driver.jackId,
              paymentMethodId: driver.paymentMethodId,
              promisedAtMs: null,
              items: [{ menuItemId: site.latte, quantity: 1, options: [] }],
            },
            key,
          );
        // The same order at both servers in the same moment.
        const answers = await Promise.all(
          drivers.flatMap((driver, i) => [
            order(lot.url, driver, keys[i]),
            order(second.url, driver, keys[i]),
          ]),
        );
        expect(new Set(answers.map((a) => a.body.preorder.preorderId)).size).toBe(drivers.length);
        for (const driver of drivers) {
          expect(await movedMoney(app.db, driver.processorToken)).toMatchObject({
            authorisations: 1,
            held: 5000,
          });
        }
        const positions = (await heard).map((e) => Number(e.id));
        expect(positions).toEqual(positions.map((_, i) => i + 1));
      } finally {
        await second.close();
      }
    },
  );

  it.skipIf(store === 'PGlite')(
    'what a server was asking the processor when it died is looked up and finished by another, once',
    async () => {
      const lot = lotNow();
      const { app } = lot.server;
      const site = await lot.site();
      for (const card of [`tok_ok_${newId()}_reached`, `tok_ok_${newId()}_cut`]) {
        const dying = await startServer({
          databaseUrl: databaseUrl() ?? '',
          masterKeyFile: `${process.env.TMPDIR ?? '/tmp'}/cigar-kiosk-dying-${process.pid}.key`,
          // A clock that never moves: it never gives up by itself, as a dead one does not.
          clock: new ManualClock(lot.clock.nowMs()),
          processor: (base) => {
            const sandbox = sandboxProcessor(base.db, base.clock);
            const never = <T>() => new Promise<T>(() => {});
            return {
              ...sandbox,
              // One ask reaches the processor and the answer nobody; the other is cut off before it.
              authorise: async (ask) => {
                if (ask.processorToken.endsWith('reached')) await sandbox.authorise(ask);
                return never();
              },
            };
          },
        });
        const driver = await lot.driver({ card });
        const key = randomUUID();
        const hungUp = new AbortController();
        const body = {
          siteId: site.siteId,
          jackId: driver.jackId,
          paymentMethodId: driver.paymentMethodId,
          promisedAtMs: null,
          items: [{ menuItemId: site.latte, quantity: 1, options: [] }],
        };
        const unanswered = fetch(`${dying.url}/v1/preorders`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${driver.token}`,
            'content-type': 'application/json',
            'idempotency-key': key,
          },
          body: JSON.stringify(body),
          signal: hungUp.signal,
        }).catch(() => 'hung up');
        const asking = async () => {
          const rows = await app.db.select().from(tables.processorOperations);
          return rows.some((row) => row.processorToken === card && row.attempts > 0);
        };
        await vi.waitFor(async () => expect(await asking()).toBe(true), { timeout: 10_000 });
        hungUp.abort();
        await unanswered;
        // The phone asks again, at a server that lives: not before the dead one's lease has run out.
        const again = () =>
          lot.call<{ preorder: Preorder }>(driver.token, 'POST', '/v1/preorders', body, key);
        expect((await again()).body.preorder.payment).toBe('unknown');
        await vi.waitFor(async () => expect(await movedMoney(app.db, card)).toMatchObject({ captures: 0 }));
        lot.clock.advance(31_000);
        await lot.server.tick();
        expect((await again()).body.preorder).toMatchObject({ payment: 'held', state: 'open' });
        expect(await movedMoney(app.db, card)).toMatchObject({ authorisations: 1, held: 5000 });
      }
    },
  );
});
