/**
 * The driver says no on the phone and pays in cash at the counter.
 *
 *   the car stops at Pump 1 → complete what the pump shows → the driver declines → settle otherwise: cash
 */
import type { VisitView } from '../../shared/station-contract/index.ts';
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
  car: { plate: '68라0123', tail: '0123', model: 'Avante', color: 'blue', fuel: 'gasoline' },
  laneId: 'pump-1',
  gradeId: 'gasoline',
  amountMinor: 30_000,
};
const { car } = plan;
const refuelOf = (visits: ReadonlyMap<string, VisitView>) => visits.get(car.tail)?.refuel ?? null;

export const declinedPayment: Exercise = {
  id: 'declined-payment',
  prepare: (stage) => registerCar(stage, plan, 'decline'),
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
      done: (facts) => isCompletedRight(facts, plan),
      hint: (happening) => completionHint(happening, plan),
    },
    {
      id: 'declined',
      props: propsOf(plan),
      done: ({ visits }) => {
        const state = refuelOf(visits)?.state;
        return state === 'declined' || state === 'settled-otherwise';
      },
    },
    {
      id: 'settle',
      props: propsOf(plan),
      done: ({ visits }) => refuelOf(visits)?.settledOtherwise?.tender === 'cash',
      hint: (happening, { visits }) => {
        if (happening.type === 'called' && happening.procedure === 'refuels.askAgain')
          return 'declines-again';
        const settled = refuelOf(visits)?.settledOtherwise ?? null;
        return happening.type === 'visit' && settled !== null && settled.tender !== 'cash'
          ? 'not-cash'
          : null;
      },
    },
  ],
  spoilt: (facts) => {
    const settled = refuelOf(facts.visits)?.settledOtherwise ?? null;
    if (settled !== null) return settled.tender === 'cash' ? null : 'not-cash';
    return refuelOf(facts.visits)?.state === 'drive-off' ? 'cancelled' : spoiltRefuel(facts, plan);
  },
};
