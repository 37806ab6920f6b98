import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createReceiver, type Receiver, type ReceiverEvent } from '../../drivers/index.ts';
import { TcpWire } from './index.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function listen(): Promise<TcpWire> {
  const wire = await TcpWire.listen();
  open.push(wire);
  return wire;
}

async function driverOn(wire: TcpWire): Promise<Receiver> {
  const created = await createReceiver(wire.specification, { id: 'r' });
  if (!created.ok) throw new Error(created.error.text);
  open.push(created.value);
  return created.value;
}

/** Waits for the first event that fits; the test's own time-out ends it otherwise. */
function next<T extends ReceiverEvent>(
  receiver: Receiver,
  fits: (event: ReceiverEvent) => event is T,
): Promise<T> {
  return new Promise((resolve) => {
    const stop = receiver.subscribe((event) => {
      if (!fits(event)) return;
      stop();
      resolve(event);
    });
  });
}
const isReport = (e: ReceiverEvent): e is Extract<ReceiverEvent, { type: 'report' }> => e.type === 'report';
const isFailure = (e: ReceiverEvent): e is Extract<ReceiverEvent, { type: 'health' }> =>
  e.type === 'health' && e.health.state === 'failed';

const advert = {
  address: '12:34:56:78:9a:bc',
  addressType: 'random',
  data: Uint8Array.of(2, 1, 6),
  rssiDbm: -70,
} as const;

describe('a receiver on a TCP port', () => {
  it('is opened by the real hci-uart driver, which hears what reaches the antenna', async () => {
    const wire = await listen();
    expect(wire.state()).toBe('waiting');
    expect(wire.hear(advert)).toBe(false);
    const receiver = await driverOn(wire);
    const report = next(receiver, isReport);
    expect(await receiver.open()).toEqual({ ok: true, value: undefined });
    expect(wire.state()).toBe('scanning');
    expect(wire.hear(advert)).toBe(true);
    expect((await report).report).toMatchObject({ address: advert.address, rssiDbm: -70 });
  });

  it('fails in the driver when the cable is pulled, refuses while it is out, and opens again on the same path', async () => {
    const wire = await listen();
    const before = wire.specification;
    const receiver = await driverOn(wire);
    await receiver.open();
    const failure = next(receiver, isFailure);
    await wire.unplug();
    expect((await failure).health).toMatchObject({ reason: { code: 'port-lost' } });
    expect(await (await driverOn(wire)).open()).toMatchObject({
      ok: false,
      error: { code: 'port-not-found' },
    });
    await wire.plug();
    expect(wire.specification).toBe(before);
    const again = await driverOn(wire);
    expect((await again.open()).ok).toBe(true);
    expect(again.health()).toMatchObject({ state: 'healthy' });
  });

  it('serves one host at a time, as a serial port does', async () => {
    const wire = await listen();
    const receiver = await driverOn(wire);
    await receiver.open();
    const port = Number(wire.specification.split(':').at(-1));
    const second = connect({ host: '127.0.0.1', port });
    second.on('error', () => {});
    await new Promise((resolve) => second.once('close', resolve));
    expect(wire.state()).toBe('scanning');
  });
});
