/**
 * A refuel that the driver approves.
 *
 *   the car stops at Pump 3 and falls silent (engine off) → find it by its digits, complete what the pump shows
 *   → the driver starts the engine and approves → paid; the car leaves
 */
import {
  completionHint,
  drivesIn,
  isCompletedRight,
  type PracticeRefuel,
  propsOf,
  registerCar,
  spoiltRefuel,
} from './refueling.ts';
import { type Exercise, hasArrived } from './types.ts';

const plan: PracticeRefuel = {
  car: { plate: '34나7812', tail: '7812', model: 'Sorento', color: 'grey', fuel: 'diesel' },
  laneId: 'pump-3',
  gradeId: 'diesel',
  amountMinor: 50_000,
};
const { car } = plan;

export const firstRefuel: Exercise = {
  id: 'first-refuel',
  prepare: (stage) => registerCar(stage, plan, 'approve'),
  steps: [
    {
      id: 'arrives',
      props: propsOf(plan),
      begin: (stage) => drivesIn(stage, plan),
      done: (facts) => hasArrived(facts, car.tail),
    },
    {
      id: 'complete',
      props: propsOf(plan),
      begin: (stage) => stage.after(2_000, () => stage.lot({ do: 'engineOff', plate: car.plate })),
      done: (facts) => isCompletedRight(facts, plan),
      hint: (happening) => completionHint(happening, plan),
    },
    {
      id: 'paid',
      props: propsOf(plan),
      // The jack signs the approval, and it needs the 12 V of a running engine.
      begin: (stage) => {
        stage.after(3_000, () => stage.lot({ do: 'engineOn', plate: car.plate }));
        stage.after(15_000, () => stage.lot({ do: 'leaves', plate: car.plate }));
      },
      done: ({ visits }) => visits.get(car.tail)?.refuel?.state === 'paid',
    },
  ],
  spoilt: (facts) => {
    const state = facts.visits.get(car.tail)?.refuel?.state;
    return state === 'settled-otherwise' || state === 'drive-off' ? 'cancelled' : spoiltRefuel(facts, plan);
  },
};
