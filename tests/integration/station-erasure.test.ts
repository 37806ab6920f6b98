/** An operator erases a driver by command; the station forgets who it was, at once and over its own restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { runAdmin } from '../../server/admin/cli.ts';
import { issuePairingCode, type RunningServer, startServer } from '../../server/index.ts';
import { newId } from '../../shared/domain/index.ts';
import { ContractWatch } from '../support/contract-watch.ts';
import { registerDriver, type TestDriver } from '../support/server-client.ts';
import { withStore } from '../support/store-template.ts';
import { StationFixture, WatchedBoard } from './station-fixture.ts';

it('driver-erase: off the list and the board at once, kept only where a job is open, and until it is done', {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'station-erasure-'));
  const dataDir = await withStore(join(folder, 'server'));
  let server: RunningServer = await startServer({ dataDir, demo: true });
  const { port } = server;
  const watch = await ContractWatch.open(() => server.url);
  const siteId = server.demo?.siteId ?? '';
  const drivers: Record<'idle' | 'fueling' | 'stays', TestDriver> = {
    idle: await registerDriver(watch.url, { plate: '11가1111' }),
    fueling: await registerDriver(watch.url, { plate: '22나2222' }),
    stays: await registerDriver(watch.url, { plate: '33다3333' }),
  };
  const pairingCode = await issuePairingCode(server.app, siteId);
  const fixture = await StationFixture.start({ serverUrl: watch.url, pairingCode });
  const until = async (holds: () => boolean | Promise<boolean>, what: string) => {
    for (const giveUpAtMs = Date.now() + 20_000; Date.now() < giveUpAtMs; await delay(30)) {
      if (await holds()) return;
    }
    throw new Error(`waited in vain for ${what}`);
  };
  const knows = (driver: TestDriver) => fixture.station.core.visits.knowsCode(driver.code, Date.now());
  try {
    const kiosk = await fixture.signIn('manager');
    const board = await WatchedBoard.open(kiosk);
    await until(() => Object.values(drivers).every(knows), 'the expected list');
    const checkIn = async (driver: TestDriver, laneId: string, purpose: 'pickup' | 'refuel') => {
      const input = { plate: driver.plate, laneId, purpose, pickupNumber: null };
      return (await kiosk.visits.checkIn({ idempotencyKey: newId(), ...input })).visit.visitId;
    };
    const past = await checkIn(drivers.idle, 'bay-1', 'pickup');
    const close = (visitId: string) =>
      kiosk.visits.close({ idempotencyKey: newId(), visitId, how: 'closed-by-staff', reason: '' });
    await close(past);
    const idle = await checkIn(drivers.idle, 'bay-1', 'pickup');
    const fueling = await checkIn(drivers.fueling, 'pump-3', 'refuel');
    const input = { visitId: fueling, laneId: 'pump-3', digits: '2222' };
    const { visit } = await kiosk.refuels.start({ idempotencyKey: newId(), ...input });
    await until(() => fixture.station.core.outbox.counts().waiting === 0, 'everything to be told');

    const ids = await Promise.all(
      [drivers.idle, drivers.fueling].map(async ({ phone }) => (await phone.phone.account({})).driverId),
    );
    await server.close();
    const said: string[] = [];
    for (const driverId of ids) {
      const args = ['driver-erase', '--driver', driverId, '--data', dataDir];
      expect(await runAdmin(args, (line) => said.push(line), console.error)).toBe(0);
    }
    expect(said.map((line) => JSON.parse(line))).toEqual([{ outcome: 'erased' }, { outcome: 'erased' }]);
    server = await startServer({ dataDir, demo: true, port });

    await until(() => !knows(drivers.idle) && !knows(drivers.fueling), 'the list to lose them');
    expect(knows(drivers.stays)).toBe(true);
    await board.until(() => !board.visits.has(idle), 'the idle car to leave the board');
    const plateOf = async (visitId: string) => (await kiosk.visits.get({ visitId })).plate;
    await until(
      async () => (await plateOf(past)) === '' && (await plateOf(idle)) === '',
      'its visits erased',
    );
    expect(board.visits.get(fueling)).toMatchObject({ plateTail: '2222', refuel: { state: 'refueling' } });
    // Filled without the driver's approval: settled at the counter, the car leaves, and then it is erased.
    const refuelId = visit.refuel?.refuelId ?? '';
    await kiosk.refuels.cancel({ idempotencyKey: newId(), refuelId, reason: 'nothing was filled' });
    await close(fueling);
    await until(async () => (await plateOf(fueling)) === '', 'its visit erased when the job is done');
    const { entries } = await kiosk.log.journal({ beforeSequence: null, limit: 100 });
    expect(entries.filter(({ kind }) => kind === 'driver-erased')).toHaveLength(2);
    // Not inside a number or an id: times and ids hold every four digits sooner or later.
    expect(JSON.stringify(entries)).not.toMatch(/(?<![\da-f-])(1111|2222)(?![\da-f])/);
    board.close();
  } finally {
    await fixture.end();
    await server.close();
    await watch.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
