/** Each exercise through the station contract, as a trainee's kiosk calls it, six times as fast as at work. */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { openStore } from '../../server/db/index.ts';
import { storesForTraining, Trainee } from '../support/trainee.ts';

let trainee: Trainee | null = null;
afterEach(async () => {
  await trainee?.leaves();
  trainee = null;
});

const reasonOf = (error: unknown) => (error as { data?: { reason?: string } }).data?.reason;

describe('the exercises of training, done as the coach says', { timeout: 180_000 }, () => {
  it('first pickup: a preorder is marked ready, checked, handed over, and the money is taken', async () => {
    trainee = await Trainee.begins('first-pickup');
    await trainee.askedFor('ready');
    const car = await trainee.car('3456', (visit) => visit.pickup !== null && visit.laneId === 'bay-2');
    const pickupId = car.pickup?.pickupId ?? '';
    await trainee.kiosk.pickups.markReady({ ...trainee.key(), pickupId });
    await trainee.askedFor('hand-over');
    const wrong = await trainee.kiosk.pickups
      .handOver({ ...trainee.key(), pickupId, check: '1111' })
      .then(() => null, reasonOf);
    expect(wrong).toBe('pickup-check-failed');
    await trainee.until(
      () => trainee?.coach?.state === 'running' && trainee.coach.hint?.id === 'check-digits',
      'a hint after the wrong digits',
    );
    await trainee.kiosk.pickups.handOver({ ...trainee.key(), pickupId, check: '3456' });
    await trainee.until(() => trainee?.coach?.state === 'finished', 'the end of the exercise');
    expect(trainee.finished).toEqual([{ exercise: 'first-pickup', mistakes: 1 }]);
  });

  it('first refuel: what the pump shows is completed, the driver approves with the engine on, and leaves', async () => {
    trainee = await Trainee.begins('first-refuel', 'attendant');
    await trainee.askedFor('complete');
    await trainee.completes('7812', { laneId: 'pump-3', gradeId: 'diesel', amountMinor: 50_000 });
    await trainee.until(() => trainee?.coach?.state === 'finished', 'the end of the exercise');
    await trainee.car('7812', (visit) => visit.refuel?.state === 'paid');
    expect(trainee.finished).toEqual([{ exercise: 'first-refuel', mistakes: 0 }]);
  });

  it('first refuel: another amount than the pump shows spoils it, and the coach says so', async () => {
    trainee = await Trainee.begins('first-refuel', 'attendant');
    await trainee.askedFor('complete');
    await trainee.completes('7812', { laneId: 'pump-3', gradeId: 'diesel', amountMinor: 5_000 });
    await trainee.until(
      () => trainee?.coach?.state === 'running' && trainee.coach.spoilt,
      'the coach to say so',
    );
    expect(trainee.coach).toMatchObject({ hint: { id: 'wrong-amount' }, step: 'complete' });
  });

  it('declined payment: the driver says no, and pays in cash', async () => {
    trainee = await Trainee.begins('declined-payment');
    await trainee.askedFor('complete');
    const { refuel } = await trainee.completes('0123', {
      laneId: 'pump-1',
      gradeId: 'gasoline',
      amountMinor: 30_000,
    });
    const refuelId = refuel?.refuelId ?? '';
    await trainee.askedFor('settle');
    await trainee.kiosk.refuels.askAgain({ ...trainee.key(), refuelId });
    await trainee.until(
      () => trainee?.coach?.state === 'running' && trainee.coach.hint?.id === 'declines-again',
      'a hint after asking once more',
    );
    await trainee.car('0123', (visit) => visit.refuel?.state === 'declined');
    await trainee.kiosk.refuels.settleOtherwise({
      ...trainee.key(),
      refuelId,
      tender: 'cash',
      reason: 'declined on the phone',
    });
    await trainee.until(() => trainee?.coach?.state === 'finished', 'the end of the exercise');
    expect(trainee.finished).toEqual([{ exercise: 'declined-payment', mistakes: 1 }]);
  });

  it('offline hour: work goes on without the server, and everything is sent when it is back', async () => {
    trainee = await Trainee.begins('offline-hour');
    await trainee.askedFor('pickup');
    const car = await trainee.car('9090', (visit) => visit.pickup !== null && visit.presence === 'arrived');
    const pickupId = car.pickup?.pickupId ?? '';
    await trainee.kiosk.pickups.markReady({ ...trainee.key(), pickupId });
    await trainee.kiosk.pickups.handOver({ ...trainee.key(), pickupId, check: null });
    await trainee.askedFor('refuel');
    const visit = await trainee.completes('7842', {
      laneId: 'pump-2',
      gradeId: 'gasoline',
      amountMinor: 40_000,
    });
    expect(visit.refuel?.approval?.asked, 'nobody has been asked: the line is cut').toBe(false);
    await trainee.until(() => trainee?.coach?.state === 'finished', 'the end of the exercise');
    await trainee.car('7842', (visit) => visit.refuel?.state === 'paid');
    expect(trainee.finished).toEqual([{ exercise: 'offline-hour', mistakes: 0 }]);
  });

  it('close of shift: the float, one payment in cash, and a count that agrees', async () => {
    trainee = await Trainee.begins('close-of-shift');
    await trainee.askedFor('open-shift');
    const { shift } = await trainee.kiosk.shifts.open({ ...trainee.key(), floatMinor: 100_000 });
    await trainee.askedFor('cash');
    const car = await trainee.car(
      '4471',
      (visit) => visit.refuel?.state === 'declined' && visit.claimedBy === null,
    );
    await trainee.kiosk.refuels.settleOtherwise({
      ...trainee.key(),
      refuelId: car.refuel?.refuelId ?? '',
      tender: 'cash',
      reason: 'declined on the phone',
    });
    await trainee.askedFor('count');
    const { shift: closed } = await trainee.kiosk.shifts.close({
      ...trainee.key(),
      shiftId: shift.shiftId,
      countedMinor: 145_000,
      handOverTo: null,
      note: '',
    });
    expect(closed.report.expectedCashMinor).toBe(145_000);
    await trainee.until(() => trainee?.coach?.state === 'finished', 'the end of the exercise');
    expect(trainee.finished).toEqual([{ exercise: 'close-of-shift', mistakes: 0 }]);
  });
});

describe('the training station', { timeout: 180_000 }, () => {
  it('lets nobody reach a receiver, a file or another server from it, whatever their role', async () => {
    trainee = await Trainee.begins('free', 'manager');
    const { kiosk } = trainee;
    const tries = [
      kiosk.receivers.discover({}),
      kiosk.receivers.add({
        ...trainee.key(),
        name: 'x',
        spec: 'hci-uart:/dev/ttyACM0',
        laneIds: [],
      } as never),
      kiosk.setup.backup(trainee.key() as never),
      kiosk.setup.enrol({ ...trainee.key(), serverUrl: 'http://example.invalid', pairingCode: 'ABCD-1234' }),
      kiosk.staff.list({}),
      kiosk.training.begin({ practice: 'free', forStaffId: null }),
    ];
    const answers = await Promise.all(tries.map((call) => call.then(() => 'ok', reasonOf)));
    expect(answers).toEqual(tries.map(() => 'not-in-training'));
  });
});

describe('what a training’s payment server begins from', { timeout: 180_000 }, () => {
  it('holds nothing but the migrations that were run, also after trainings', async () => {
    const store = await openStore({ kind: 'memory', keptIn: storesForTraining });
    try {
      const of = async <R>(text: string) =>
        ((await store.db.execute(sql.raw(text))) as unknown as { rows: R[] }).rows;
      const tables = await of<{ name: string }>(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
      );
      expect(tables.length).toBeGreaterThan(20);
      const counts = tables.map(
        ({ name }) => `SELECT '${name}' AS name, count(*)::int AS rows FROM "${name}"`,
      );
      const filled = await of<{ name: string; rows: number }>(
        `SELECT name FROM (${counts.join(' UNION ALL ')}) AS t WHERE rows > 0`,
      );
      expect(filled).toEqual([{ name: 'migrations' }]);
    } finally {
      await store.close();
    }
  });
});
