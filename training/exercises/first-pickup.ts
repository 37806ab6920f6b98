/**
 * A paid preorder, from the car's arrival to the money.
 *
 *   the car stops at Bay 2 → mark ready → hand over (its jack's code can be copied: compare the plate)
 *   → the undo time ends → the server has taken the money
 */
import { answersAfterMs, type Exercise, hasArrived, heardWell, type PracticeCar } from './types.ts';

const car: PracticeCar = {
  plate: '12가3456',
  tail: '3456',
  model: 'Kona',
  color: 'white',
  fuel: 'gasoline',
};
const laneId = 'bay-2';
const about = { plateTail: car.tail, laneId };

export const firstPickup: Exercise = {
  id: 'first-pickup',
  async prepare(stage) {
    const { plate, model, color, fuel } = car;
    await stage.lot({
      do: 'newVehicle',
      ...{ plate, model, color, fuel },
      jack: 'static',
      mounting: heardWell,
      phone: { answer: 'approve', delayMs: answersAfterMs },
    });
    await stage.lot({ do: 'preorder', plate, items: 2 });
  },
  steps: [
    {
      id: 'arrives',
      props: about,
      begin: (stage) =>
        stage.after(2_500, () => stage.lot({ do: 'vehicleParks', plate: car.plate, laneId, fast: true })),
      done: (facts) => hasArrived(facts, car.tail),
    },
    {
      id: 'ready',
      props: about,
      done: ({ visits }) => {
        const state = visits.get(car.tail)?.pickup?.state;
        return state === 'ready' || state === 'handed-over';
      },
      hint: (happening) =>
        happening.type === 'called' && happening.refused === 'pickup-check-failed' ? 'check-digits' : null,
    },
    {
      id: 'hand-over',
      props: about,
      done: ({ visits }) => visits.get(car.tail)?.pickup?.state === 'handed-over',
      hint: (happening) => {
        if (happening.type === 'called' && happening.refused === 'pickup-check-failed') return 'check-digits';
        return null;
      },
    },
    {
      id: 'told',
      props: about,
      begin: (stage) => stage.after(9_000, () => stage.lot({ do: 'leaves', plate: car.plate, fast: true })),
      done: ({ visits }) =>
        visits.get(car.tail)?.pickup?.sync === 'sent' && isHandedOver(visits.get(car.tail)),
      hint: (happening, { visits }) =>
        happening.type === 'visit' &&
        happening.before?.pickup?.state === 'handed-over' &&
        visits.get(car.tail)?.pickup?.state === 'ready'
          ? 'undone'
          : null,
    },
  ],
  spoilt: ({ visits }) => {
    const visit = visits.get(car.tail);
    if (visit === undefined || visit.closed === null || isHandedOver(visit)) return null;
    return 'cancelled';
  },
};

function isHandedOver(visit: { pickup: { state: string } | null } | undefined): boolean {
  return visit?.pickup?.state === 'handed-over';
}
