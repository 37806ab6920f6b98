/** What is followed up after refuels: releases that are owed, cars that left unpaid, the wrong fuel, the other way of approval. */
import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { tables } from '../../server/db/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { DriveOff, Release } from '../../shared/server-contract/index.ts';
import { done } from '../support/answers/scene.ts';
import { type Driver, onPostgres } from './server-fixture.ts';

onPostgres('after a refuel', (lotNow) => {
  const pass = async (ms: number) => {
    lotNow().clock.advance(ms);
    await lotNow().server.tick();
  };
  const releasesOf = async (site: { token: string }, sinceMs = 0) =>
    done(
      lotNow().call<{ releases: Release[]; nowMs: number }>(
        site.token,
        'GET',
        `/v1/site/releases?sinceMs=${sinceMs}`,
      ),
    );
  const driveOffsOf = async (site: { token: string }) =>
    (await done(lotNow().call<{ driveOffs: DriveOff[] }>(site.token, 'GET', '/v1/site/drive-offs?sinceMs=0')))
      .driveOffs;
  const leave = (site: { token: string }, driver: Driver, visitId: string) =>
    done(
      lotNow().call(site.token, 'POST', '/v1/site/departures', {
        ...{ visitId, jackId: driver.jackId, departedAtMs: lotNow().clock.nowMs() },
      }),
    );
  async function reserved(card?: string) {
    const lot = lotNow();
    const site = await lot.site({ reservationMaximumMinor: 100_000 });
    const driver = await lot.driver({ card });
    const visitId = await lot.arrive(site, driver);
    const asked = await lot.askedOf(driver);
    await lot.answer(driver, asked.paymentRequestId, lot.approval(driver, asked));
    return { lot, site, driver, visitId, asked };
  }

  it('what was reserved and not used is owed with its age until the processor confirmed it, and then proved', async () => {
    const { lot, site, driver, visitId, asked } = await reserved('tok_void_timeout');
    expect((await releasesOf(site)).releases).toEqual([]);
    await leave(site, driver, visitId);
    const dueSinceMs = lot.clock.nowMs();
    const owed = async () => (await releasesOf(site)).releases;
    expect(await owed()).toMatchObject([
      {
        paymentRequestId: asked.paymentRequestId,
        visitId,
        amount: { amountMinor: 100_000, currency: 'KRW' },
        reason: 'car-left',
        state: 'open',
        dueSinceMs,
        releasedAtMs: null,
      },
    ]);
    // The answer was lost: it stays owed, and grows older, until it is looked up.
    const [open] = await owed();
    expect(open?.proof?.reference).toMatch(/^[0-9a-f-]{36}$/);
    expect(await (await fetch(`${lot.url}/metrics`)).text()).toMatch(/cigar_reservations_releasing [1-9]/);
    await pass(5_000);
    const [released] = await owed();
    expect(released).toMatchObject({ state: 'released', dueSinceMs, asks: 2 });
    expect(released?.releasedAtMs).toBeGreaterThan(dueSinceMs);
    // The proof is the processor's own record of it, under the same reference.
    const { sandboxLedger } = tables;
    const [record] = await lot.server.app.db
      .select()
      .from(sandboxLedger)
      .where(eq(sandboxLedger.reference, released?.proof?.reference ?? ''));
    expect(record).toMatchObject({
      kind: 'void',
      amountMinor: 100_000,
      authorisation: released?.proof?.authorisation,
    });
    expect((await releasesOf(site, lot.clock.nowMs() + 1)).releases).toEqual([]);
  });

  it('a reservation that nobody knows is held or not is owed from the moment the car left', async () => {
    const { site, driver, visitId } = await reserved('tok_down');
    await leave(site, driver, visitId);
    expect((await releasesOf(site)).releases).toMatchObject([{ state: 'open', asks: 0, proof: null }]);
    await pass(600_000);
    expect((await releasesOf(site)).releases).toMatchObject([{ state: 'open' }]);
  });

  it('one that was never held owes nothing', async () => {
    const lot = lotNow();
    const site = await lot.site({ reservationMaximumMinor: 100_000 });
    const driver = await lot.driver();
    await leave(site, driver, await lot.arrive(site, driver));
    expect((await releasesOf(site)).releases).toEqual([]);
  });

  it('a car that leaves unpaid is written down, and the driver’s later yes settles it', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver);
    const refuelId = newId();
    const { paymentRequest } = await done(lot.complete(site, refuelId, lot.completion(driver, visitId)));
    await leave(site, driver, visitId);
    const leftAtMs = lot.clock.nowMs();
    const record = {
      refuelId,
      visitId,
      paymentRequestId: paymentRequest.paymentRequestId,
      amount: { amountMinor: 64_988, currency: 'KRW' },
      leftAtMs,
    };
    expect(await driveOffsOf(site)).toEqual([{ ...record, settled: null }]);
    await pass(121_000);
    expect((await lot.request(site, paymentRequest.paymentRequestId)).state).toBe('expired');
    // Asked for again the next day.
    await pass(86_400_000);
    const again = await done(lot.complete(site, refuelId, lot.completion(driver, visitId)));
    const id = again.paymentRequest.paymentRequestId;
    await done(lot.answer(driver, id, lot.approval(driver, again.paymentRequest)));
    expect(await driveOffsOf(site)).toEqual([
      { ...record, paymentRequestId: id, settled: { how: 'driver', atMs: lot.clock.nowMs() } },
    ]);
  });

  it('a car that leaves unpaid and pays at the counter later is settled otherwise; one that paid is no drive-off', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const [driver, honest] = [await lot.driver(), await lot.driver()];
    const [visitId, visited] = [await lot.arrive(site, driver), await lot.arrive(site, honest)];
    const [refuelId, paidId] = [newId(), newId()];
    const { paymentRequest } = await done(lot.complete(site, refuelId, lot.completion(driver, visitId)));
    await lot.answer(driver, paymentRequest.paymentRequestId, { decision: { answer: 'decline' } });
    const paid = (await done(lot.complete(site, paidId, lot.completion(honest, visited)))).paymentRequest;
    await done(lot.answer(honest, paid.paymentRequestId, lot.approval(honest, paid)));
    await leave(site, driver, visitId);
    await leave(site, honest, visited);
    expect(await driveOffsOf(site)).toMatchObject([{ refuelId, settled: null }]);
    const cash = { paymentRequestId: null, tender: 'cash', reason: 'came back', atMs: lot.clock.nowMs() };
    await done(lot.call(site.token, 'POST', `/v1/site/refuels/${refuelId}/settled-otherwise`, cash));
    expect(await driveOffsOf(site)).toMatchObject([{ refuelId, settled: { how: 'otherwise' } }]);
  });

  it('the wrong fuel is said to driver and site with the request; premium in a gasoline car is none', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    for (const [fuel, wrongFuel] of [
      ['gasoline', undefined],
      ['premium-gasoline', undefined],
      ['diesel', true],
    ] as const) {
      const visitId = await lot.arrive(site, driver);
      const completion = { ...lot.completion(driver, visitId), fuel };
      const { paymentRequest } = await done(lot.complete(site, newId(), completion));
      expect([fuel, paymentRequest.wrongFuel]).toEqual([fuel, wrongFuel]);
      expect((await lot.askedOf(driver)).wrongFuel).toBe(wrongFuel);
      await lot.answer(driver, paymentRequest.paymentRequestId, { decision: { answer: 'decline' } });
    }
  });

  it('a reservation that the driver refuses, leaves unanswered, or that the card declines falls back to the exact amount', async () => {
    const lot = lotNow();
    for (const how of ['declined', 'unanswered', 'expired', 'card-declined', 'capture-declined'] as const) {
      const site = await lot.site({ reservationMaximumMinor: 100_000 });
      const card = { 'card-declined': 'tok_declined', 'capture-declined': 'tok_capture_declined' };
      const driver = await lot.driver({ card: how in card ? card[how as keyof typeof card] : undefined });
      const visitId = await lot.arrive(site, driver);
      const asked = await lot.askedOf(driver);
      if (how === 'declined')
        await done(lot.answer(driver, asked.paymentRequestId, { decision: { answer: 'decline' } }));
      if (how === 'card-declined' || how === 'capture-declined')
        await lot.answer(driver, asked.paymentRequestId, lot.approval(driver, asked));
      if (how === 'expired') await pass(121_000);
      const { paymentRequest } = await done(lot.complete(site, newId(), lot.completion(driver, visitId)));
      await pass(2_000);
      const now = await lot.request(site, paymentRequest.paymentRequestId);
      expect([how, now.state, now.amount.amountMinor]).toEqual([how, 'waiting', 64_988]);
      // The driver is asked for it, and for nothing else.
      const exact = await lot.askedOf(driver);
      expect([how, exact.paymentRequestId]).toEqual([how, paymentRequest.paymentRequestId]);
      if (how === 'card-declined' || how === 'capture-declined') continue;
      await done(lot.answer(driver, exact.paymentRequestId, lot.approval(driver, exact)));
      expect([how, (await lot.request(site, exact.paymentRequestId)).state]).toEqual([how, 'paid']);
    }
  });
});
