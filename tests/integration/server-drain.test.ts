import { describe, expect, it } from 'vitest';
import { startServer } from '../../server/index.ts';
import { ManualClock, newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { folderWithStore } from '../support/store-template.ts';
import { Lot, readEvents } from './server-fixture.ts';

describe('a payment server that is told to end', () => {
  it('answers what was asked before, ends the streams, and takes nothing new', async () => {
    const clock = new ManualClock();
    const server = await startServer({ dataDir: await folderWithStore(), clock });
    const lot = new Lot(server, clock, async () => server);
    const site = await lot.site();
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver);
    const done = await lot.complete(site, newId(), lot.completion(driver, visitId));
    // The processor takes its time until the server has been told to end.
    let goOn = () => {};
    const told = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let asked = () => {};
    const waiting = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const { processor } = server.app;
    const { purchase } = processor;
    processor.purchase = async (ask) => {
      asked();
      await told;
      return purchase(ask);
    };
    const stream = readEvents(server.url, site.token, '/v1/site/events', null, () => false).catch(
      (error: unknown) => error,
    );
    const answer = lot.answer(
      driver,
      done.body.paymentRequest.paymentRequestId,
      lot.approval(driver, done.body.paymentRequest),
    );
    await waiting;
    const closed = server.close();
    goOn();
    const { status, body } = (await answer) as { status: number; body: { paymentRequest: PaymentRequest } };
    expect([status, body.paymentRequest.state]).toEqual([200, 'paid']);
    await closed;
    expect(String(await stream)).toContain('the stream ended early');
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });
});
