import { expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import { type HeardEvent, onBothStores, readEvents } from './server-fixture.ts';

onBothStores('event streams', (lotNow) => {
  it('streams go on after the last event seen, without gap or repetition, whatever was written at once', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const drivers = await Promise.all(Array.from({ length: 4 }, () => lot.driver()));
    const isOrder = (e: HeardEvent) => e.data.type === 'preorder';
    const order = () => Promise.all(drivers.map((driver) => lot.preorder(site, driver)));
    const first = await readEvents(
      lot.url,
      site.token,
      '/v1/site/events',
      null,
      (all) => all.filter(isOrder).length === 4,
      order,
    );
    await order();
    const lastSeen = first[2]?.id ?? '';
    const rest = await readEvents(
      lot.url,
      site.token,
      '/v1/site/events',
      lastSeen,
      (all) => all.filter(isOrder).length + first.slice(0, 3).filter(isOrder).length === 8,
    );
    const positions = [...first.slice(0, 3), ...rest].map((e) => Number(e.id));
    expect(positions).toEqual(positions.map((_, i) => (positions[0] ?? 0) + i));
    const orders = new Set(
      [...first.slice(0, 3), ...rest].flatMap((e) =>
        e.data.type === 'preorder' ? [e.data.preorder.preorderId] : [],
      ),
    );
    expect(orders.size).toBe(8);
  });

  it('a stream begins with a beat, from which even a reader who saw nothing can go on', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const [beat] = await readEvents(
      lot.url,
      site.token,
      '/v1/site/events',
      null,
      (all) => all[0]?.data.type === 'beat',
    );
    await lot.preorder(site, driver);
    const events = await readEvents(
      lot.url,
      site.token,
      '/v1/site/events',
      beat?.id ?? '',
      (all) => all.length >= 2,
    );
    expect(events.map((e) => e.data.type)).toEqual(['preorder', 'expected-codes-changed']);
    expect(events[0]?.data).toMatchObject({ car: { preorders: [{ state: 'open', payment: 'held' }] } });
  });

  it('a reader whose place is no longer kept is told to fetch the list anew', async () => {
    const lot = lotNow();
    const site = await lot.site();
    await lot.preorder(site, await lot.driver());
    lot.clock.advance(8 * 24 * 3_600_000);
    await lot.server.tick();
    const told = (all: HeardEvent[]) => all.some((e) => e.data.type === 'expected-codes-changed');
    // Long past, and of another database: both places mean nothing here.
    for (const place of ['0', '999999']) {
      const events = await readEvents(lot.url, site.token, '/v1/site/events', place, told);
      expect(told(events)).toBe(true);
    }
  });

  it('the phone hears that it is asked, and that it has paid; the site hears it too', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver);
    const completion = lot.completion(driver, visitId);
    const states = (all: HeardEvent[]) =>
      all.flatMap((e) =>
        'paymentRequest' in e.data
          ? [[e.data.type, e.data.paymentRequest.state, e.data.paymentRequest.version]]
          : [],
      );
    const phone = await readEvents(
      lot.url,
      driver.token,
      '/v1/phone/events',
      null,
      (all) => states(all).some(([, s]) => s === 'paid'),
      async () => {
        const { paymentRequest } = (await lot.complete(site, newId(), completion)).body;
        await lot.answer(driver, paymentRequest.paymentRequestId, lot.approval(driver, paymentRequest));
      },
    );
    expect(states(phone)).toEqual([
      ['approval-asked', 'waiting', 1],
      ['payment-request', 'approved', 2],
      ['payment-request', 'paid', 3],
    ]);
    const heard = await readEvents(lot.url, site.token, '/v1/site/events', '0', (all) =>
      states(all).some(([, s]) => s === 'paid'),
    );
    expect(states(heard).map(([, s]) => s)).toEqual(['waiting', 'approved', 'paid']);
  });
});
