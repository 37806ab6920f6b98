/** Shifts for tests, opened and closed as a person does. */
import type { ShiftView } from '../../shared/station-contract/index.ts';
import type { Actor } from '../core/index.ts';
import { key, type TestLot } from '../core/test-lot.ts';

export function openShift(lot: TestLot, actor: Actor, floatMinor = 100_000): ShiftView {
  const answer = lot.core.shifts.open(actor, { ...key(), floatMinor });
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value.shift;
}

export function shiftClosing(
  shift: ShiftView,
  more: { countedMinor?: number; handOverTo?: string | null } = {},
) {
  const { shiftId } = shift;
  return { ...key(), shiftId, countedMinor: 100_000, handOverTo: null, note: '', ...more };
}

export function closeShift(
  lot: TestLot,
  actor: Actor,
  shift: ShiftView,
  more: Parameters<typeof shiftClosing>[1] = {},
): ShiftView {
  const answer = lot.core.shifts.close(actor, shiftClosing(shift, more));
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value.shift;
}
