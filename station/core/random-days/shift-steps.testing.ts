/** Shifts that are closed and opened anew in the middle of everything, at both kiosks. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { handedOver } from './books.testing.ts';
import { type Day, drawerFloatMinor, type Step, step } from './day.testing.ts';

/** Between two shifts a hand-over may be undone, and nothing be sold: what is sold without a shift is in no report. */
const shiftChange = step(
  'shiftChange',
  fc.tuple(fc.boolean(), fc.boolean(), fc.nat(20)),
  async (day, [elsewhere, undone, n]) => {
    const actor = elsewhere ? day.atKiosk2 : day.lot.cashier;
    const { shift } = day.lot.core.shifts.current(actor);
    const close = {
      shiftId: shift?.shiftId ?? '',
      countedMinor: n * 1_000,
      handOverTo: null,
      note: '',
    };
    const closed = await day.tap((key, { shifts }) => shifts.close(actor, { ...key, ...close }));
    if (!closed.ok) throw new Error('a shift could not be closed');
    // The drawer, counted by somebody who only knows what was paid into it.
    const kioskId = actor.kioskId ?? '';
    expect(closed.value.shift.report.expectedCashMinor).toBe(drawerFloatMinor + (day.cash.get(kioskId) ?? 0));
    expect({ ...shift?.report, liveCars: [] }).toEqual({ ...closed.value.shift.report, liveCars: [] });
    day.cash.delete(kioskId);
    day.zReports.push(closed.value.shift);
    if (undone) await undoOne(day, n);
    const open = { floatMinor: drawerFloatMinor };
    const opened = await day.tap((key, { shifts }) => shifts.open(actor, { ...key, ...open }));
    expect(opened.ok).toBe(true);
  },
);

async function undoOne(day: Day, n: number): Promise<void> {
  const all = handedOver(day);
  const { pickupId } = all[n % Math.max(1, all.length)] ?? {};
  if (pickupId === undefined) return;
  await day.tap((key, { pickups }) => pickups.undoHandOver(day.lot.manager, { ...key, pickupId }));
}

export const shiftSteps: fc.WeightedArbitrary<Step>[] = [{ weight: 2, arbitrary: shiftChange }];
