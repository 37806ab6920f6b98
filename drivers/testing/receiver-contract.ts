/**
 * The one suite that every driver is put through: twins in memory, and real hardware with `TEST_PORT`.
 *
 *   describeReceiverContract('hci-uart', () => harness)
 *
 * A harness is one receiver plugged into one radio; the suite asks for a new one per test.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { throwIllegalValue } from '../../shared/domain/index.ts';
import type { AdvertisingReport, Receiver, ReceiverEvent, ReceiverHealth } from '../receiver.ts';
import type { HeardAdvert } from './controller-codec.ts';

export interface ReceiverHarness {
  /** New and unopened. */
  receiver: Receiver;
  /**
   * Something is in the air now.
   * @returns what must be reported; null when nobody knows (real hardware in a real room).
   */
  hear(): HeardAdvert | null | Promise<HeardAdvert | null>;
  /** The cable is pulled out. Absent where there is no cable. */
  unplug?(): void | Promise<void>;
  /** Frees what the harness holds; the receiver is closed already. */
  dispose?(): void | Promise<void>;
}

export interface ContractOptions {
  /** A receiver whose device, file or adapter does not exist. */
  createMissing?: () => Receiver | Promise<Receiver>;
  /** Real radios need time to hear somebody. */
  timeoutMs?: number;
}

export function describeReceiverContract(
  name: string,
  createHarness: () => ReceiverHarness | Promise<ReceiverHarness>,
  options: ContractOptions = {},
): void {
  const timeoutMs = options.timeoutMs ?? 5_000;
  const made: ReceiverHarness[] = [];
  const newHarness = async () => {
    const harness = await createHarness();
    made.push(harness);
    return harness;
  };

  describe(`${name} keeps the receiver contract:`, { timeout: timeoutMs }, () => {
    afterEach(async () => {
      for (const harness of made.splice(0)) {
        await harness.receiver.close();
        await harness.dispose?.();
      }
    });

    it('it is unopened at first, and healthy when open() has settled well', async () => {
      const { receiver } = await newHarness();
      expect(receiver.health()).toEqual({ state: 'unopened' });
      const states = collect(receiver, (event) => (event.type === 'health' ? event.health.state : null));
      expect(await receiver.open()).toEqual({ ok: true, value: undefined });
      expect(receiver.health().state).toBe('healthy');
      expect(states).toEqual(['starting', 'healthy']);
    });

    it('what is in the air comes as a report', async () => {
      const harness = await newHarness();
      await harness.receiver.open();
      const { report, heard } = await hearOne(harness);
      expectReport(harness.receiver, report);
      if (heard !== null) {
        expect(report.address).toBe(heard.address);
        expect(report.rssiDbm).toBe(heard.rssiDbm);
        expect([...report.data]).toEqual([...heard.data]);
        if (heard.addressType !== undefined) expect(report.addressType).toBe(heard.addressType);
      }
    });

    it('health knows when the last report came, and the counters count', async () => {
      const harness = await newHarness();
      await harness.receiver.open();
      expect(harness.receiver.health()).toMatchObject({ state: 'healthy' });
      const before = harness.receiver.counters().reports;
      const { report } = await hearOne(harness);
      const health = harness.receiver.health();
      expect(health.state === 'healthy' && (health.lastReportAtMs ?? 0) >= report.atMs).toBe(true);
      expect(harness.receiver.counters().reports).toBeGreaterThan(before);
      expect(harness.receiver.counters().packets).toBeGreaterThan(0);
    });

    it('every listener hears, and none after it unsubscribed', async () => {
      const harness = await newHarness();
      await harness.receiver.open();
      let first = 0;
      const unsubscribe = harness.receiver.subscribe((event) => {
        if (event.type === 'report') first++;
      });
      await hearOne(harness);
      expect(first).toBeGreaterThan(0);
      unsubscribe();
      const before = first;
      await hearOne(harness);
      expect(first).toBe(before);
    });

    it('a second open() is refused and harms nothing', async () => {
      const harness = await newHarness();
      await harness.receiver.open();
      const again = await harness.receiver.open();
      expect(again).toMatchObject({ ok: false, error: { code: 'already-opened' } });
      expect(harness.receiver.health().state).toBe('healthy');
      await hearOne(harness);
    });

    it('it lives once: open() after close() is refused', async () => {
      const { receiver } = await newHarness();
      await receiver.open();
      await receiver.close();
      expect(await receiver.open()).toMatchObject({ ok: false, error: { code: 'already-opened' } });
      expect(receiver.health().state).toBe('closed');
    });

    it('close() is safe before open() and twice, and ends all events', async () => {
      const unopened = (await newHarness()).receiver;
      await unopened.close();
      expect(unopened.health().state).toBe('closed');
      const { receiver } = await newHarness();
      await receiver.open();
      let ended = false;
      let late = 0;
      receiver.subscribe(() => {
        if (ended) late++;
      });
      await Promise.all([receiver.close(), receiver.close()]);
      ended = true;
      expect(receiver.health().state).toBe('closed');
      expect(late).toBe(0);
    });

    it('close() while it opens settles open() with a reason', async () => {
      const { receiver } = await newHarness();
      const opening = receiver.open();
      await receiver.close();
      expect((await opening).ok).toBe(false);
      expect(receiver.health().state).toBe('closed');
    });

    it('the scan can be restarted while it is open, and it hears on', async () => {
      const harness = await newHarness();
      await harness.receiver.open();
      expect(await harness.receiver.restartScan()).toEqual({ ok: true, value: undefined });
      expect(harness.receiver.health().state).toBe('healthy');
      await hearOne(harness);
    });

    it('a command to a receiver that is not open is refused, not queued', async () => {
      const { receiver } = await newHarness();
      expect(await receiver.restartScan()).toMatchObject({ ok: false, error: { code: 'not-open' } });
      await receiver.open();
      await receiver.close();
      expect(await receiver.restartScan()).toMatchObject({ ok: false, error: { code: 'not-open' } });
    });

    it('a cable pulled out is a failure with a reason and a time, and everything is refused from then on', async (context) => {
      const harness = await newHarness();
      if (harness.unplug === undefined) return context.skip('this receiver has no cable');
      await harness.receiver.open();
      const failed = nextHealth(harness.receiver, 'failed');
      await harness.unplug();
      const health = await failed;
      expect(health).toMatchObject({ state: 'failed', reason: { text: expect.any(String) } });
      expect(await harness.receiver.restartScan()).toMatchObject({ ok: false, error: { code: 'not-open' } });
      expect(await harness.receiver.open()).toMatchObject({ ok: false, error: { code: 'already-opened' } });
    });

    it('a missing device is a failure with a code, not an exception', async (context) => {
      if (options.createMissing === undefined) return context.skip('this receiver cannot be missing');
      const receiver = await options.createMissing();
      const opened = await receiver.open();
      expect(opened.ok).toBe(false);
      const health = receiver.health();
      expect(health.state === 'failed' && !opened.ok && health.reason.code === opened.error.code).toBe(true);
      await receiver.close();
    });
  });
}

/** Resolves with the first report that comes from now on, after letting the harness make one. */
async function hearOne(
  harness: ReceiverHarness,
): Promise<{ report: AdvertisingReport; heard: HeardAdvert | null }> {
  const reports = nextReport(harness.receiver);
  const heard = await harness.hear();
  return { report: await reports, heard };
}

function nextReport(receiver: Receiver): Promise<AdvertisingReport> {
  return new Promise((settle) => {
    const unsubscribe = receiver.subscribe((event) => {
      if (event.type !== 'report') return;
      unsubscribe();
      settle(event.report);
    });
  });
}

function nextHealth(receiver: Receiver, state: ReceiverHealth['state']): Promise<ReceiverHealth> {
  return new Promise((settle) => {
    const unsubscribe = receiver.subscribe((event) => {
      if (event.type !== 'health' || event.health.state !== state) return;
      unsubscribe();
      settle(event.health);
    });
  });
}

function collect<T>(receiver: Receiver, pick: (event: ReceiverEvent) => T | null): T[] {
  const picked: T[] = [];
  receiver.subscribe((event) => {
    const value = pick(event);
    if (value !== null) picked.push(value);
  });
  return picked;
}

function expectReport(receiver: Receiver, report: AdvertisingReport): void {
  expect(report.receiverId).toBe(receiver.id);
  expect(report.address).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
  if (report.rssiDbm !== null) {
    expect(report.rssiDbm).toBeGreaterThanOrEqual(-127);
    expect(report.rssiDbm).toBeLessThanOrEqual(20);
  }
  expect(report.data).toBeInstanceOf(Uint8Array);
  expect(Number.isFinite(report.atMs)).toBe(true);
  switch (report.addressType) {
    case 'public':
    case 'random':
    case 'public-identity':
    case 'random-identity':
    case 'anonymous':
    case 'unknown':
      return;
    default:
      throwIllegalValue(report.addressType);
  }
}
