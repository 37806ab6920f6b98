/**
 * A shift with the cash drawer: open it with the float, take cash once, count and close.
 *
 *   open with ₩100,000 → a driver who declined pays ₩45,000 in cash → close with ₩145,000 counted → Z report
 */
import type { ShiftView, VisitView } from '../../shared/station-contract/index.ts';
import { drivesIn, type PracticeRefuel, propsOf, registerCar } from './refueling.ts';
import { type Exercise, won } from './types.ts';

const floatMinor = 100_000;
const plan: PracticeRefuel = {
  car: { plate: '52마4471', tail: '4471', model: 'K5', color: 'black', fuel: 'gasoline' },
  laneId: 'pump-4',
  gradeId: 'gasoline',
  amountMinor: 45_000,
};
const countedMinor = floatMinor + plan.amountMinor;
const counted = won(countedMinor);
const paidInCash = (visits: ReadonlyMap<string, VisitView>) =>
  visits.get(plan.car.tail)?.refuel?.settledOtherwise?.tender === 'cash';
const isOpen = (shift: ShiftView | null) => shift !== null && shift.closed === null;

export const closeOfShift: Exercise = {
  id: 'close-of-shift',
  prepare: (stage) => registerCar(stage, plan, 'decline'),
  steps: [
    {
      id: 'open-shift',
      props: { amount: won(floatMinor) },
      begin: (stage) => drivesIn(stage, plan),
      done: ({ shift }) => shift !== null && shift.float.amountMinor === floatMinor,
      hint: (_happening, { shift }) =>
        shift !== null && shift.float.amountMinor !== floatMinor ? 'float-differs' : null,
    },
    {
      id: 'cash',
      props: propsOf(plan),
      // A colleague at the pump has completed it; the driver says no on the phone and walks to the counter.
      begin: (stage) =>
        stage.after(500, () =>
          stage.colleagueCompletes({
            plateTail: plan.car.tail,
            laneId: plan.laneId,
            gradeId: plan.gradeId,
            amountMinor: plan.amountMinor,
          }),
        ),
      done: ({ visits }) => paidInCash(visits),
      hint: (happening, { visits }) => {
        if (happening.type === 'called' && happening.procedure === 'refuels.askAgain')
          return 'declines-again';
        const settled = visits.get(plan.car.tail)?.refuel?.settledOtherwise ?? null;
        return happening.type === 'visit' && settled !== null && settled.tender !== 'cash'
          ? 'not-cash'
          : null;
      },
    },
    {
      id: 'count',
      props: { ...propsOf(plan), counted },
      done: ({ shift }) => shift?.closed?.countedMinor === countedMinor,
    },
  ],
  spoilt: ({ visits, shift }) => {
    if (shift !== null && shift.float.amountMinor !== floatMinor) return 'float-differs';
    if (!isOpen(shift) && shift !== null && !paidInCash(visits)) return 'shift-too-early';
    if (shift?.closed != null && shift.closed.countedMinor !== countedMinor) return 'count-differs';
    const visit = visits.get(plan.car.tail);
    const settled = visit?.refuel?.settledOtherwise ?? null;
    if (settled !== null && settled.tender !== 'cash') return 'not-cash';
    if (visit?.closed != null && !paidInCash(visits)) return 'cancelled';
    return visit?.refuel?.state === 'cancelled' ? 'cancelled' : null;
  },
};
