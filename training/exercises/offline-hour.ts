/**
 * The payment server is away, and the work goes on. The hour is as short as the work in it takes: one pickup
 * and one refuel, then the line is back. No clock is turned; the words say so.
 *
 *   the line is cut → a preorder is handed over → a refuel is completed and waits → the line is back
 *   → everything that waited has been sent, the driver has approved
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
import { answersAfterMs, type Exercise, heardWell, type PracticeCar } from './types.ts';

const guest: PracticeCar = {
  plate: '33카9090',
  tail: '9090',
  model: 'Ray',
  color: 'mint',
  fuel: 'gasoline',
};
const bay = { plateTail: guest.tail, laneId: 'bay-1' };
const plan: PracticeRefuel = {
  car: { plate: '11바7842', tail: '7842', model: 'Morning', color: 'red', fuel: 'gasoline' },
  laneId: 'pump-2',
  gradeId: 'gasoline',
  amountMinor: 40_000,
};

export const offlineHour: Exercise = {
  id: 'offline-hour',
  async prepare(stage) {
    const { plate, model, color, fuel } = guest;
    await stage.lot({
      do: 'newVehicle',
      ...{ plate, model, color, fuel },
      jack: 'rotating',
      mounting: heardWell,
      phone: { answer: 'approve', delayMs: answersAfterMs },
    });
    await stage.lot({ do: 'preorder', plate, items: 1 });
    await registerCar(stage, plan, 'approve');
  },
  steps: [
    {
      id: 'line-lost',
      begin: (stage) => stage.after(4_000, () => stage.cutServer()),
      done: ({ serverReached }) => !serverReached,
    },
    {
      id: 'pickup',
      props: bay,
      begin: (stage) =>
        stage.after(500, () =>
          stage.lot({ do: 'vehicleParks', plate: guest.plate, laneId: bay.laneId, fast: true }),
        ),
      done: ({ visits }) => visits.get(guest.tail)?.pickup?.state === 'handed-over',
      hint: (happening) =>
        happening.type === 'called' && happening.refused === 'pickup-check-failed' ? 'check-digits' : null,
    },
    {
      id: 'refuel',
      props: propsOf(plan),
      begin: (stage) => drivesIn(stage, plan),
      done: (facts) => isCompletedRight(facts, plan),
      hint: (happening) => completionHint(happening, plan),
    },
    {
      id: 'line-back',
      props: propsOf(plan),
      begin: (stage) => stage.after(6_000, () => stage.restoreServer()),
      done: ({ serverReached }) => serverReached,
    },
    {
      id: 'sent',
      props: propsOf(plan),
      done: ({ visits, unsent }) =>
        unsent === 0 &&
        visits.get(plan.car.tail)?.refuel?.state === 'paid' &&
        visits.get(guest.tail)?.pickup?.sync === 'sent',
    },
  ],
  spoilt: (facts) => {
    const visit = facts.visits.get(guest.tail);
    if (visit?.closed != null && visit.pickup?.state !== 'handed-over') return 'cancelled';
    const state = facts.visits.get(plan.car.tail)?.refuel?.state;
    return state === 'settled-otherwise' || state === 'drive-off' ? 'cancelled' : spoiltRefuel(facts, plan);
  },
};
