/** What the exercises with a pump have in common. */
import type { CoachHint } from '../../shared/station-contract/index.ts';
import {
  answersAfterMs,
  type Facts,
  type Happening,
  heardWell,
  type PracticeCar,
  type Stage,
} from './types.ts';

export interface PracticeRefuel {
  car: PracticeCar;
  laneId: string;
  gradeId: string;
  /** What the pump shows. */
  amountMinor: number;
}

export async function registerCar(
  stage: Stage,
  { car }: PracticeRefuel,
  answer: 'approve' | 'decline',
): Promise<void> {
  const { plate, model, color, fuel } = car;
  await stage.lot({
    do: 'newVehicle',
    ...{ plate, model, color, fuel },
    jack: 'rotating',
    mounting: heardWell,
    phone: { answer, delayMs: answersAfterMs },
  });
}

/** Drives to the pump and, there, switches the engine off as the law asks: the jack falls silent. */
export function drivesIn(stage: Stage, { car, laneId }: PracticeRefuel): void {
  stage.after(2_500, () => stage.lot({ do: 'vehicleParks', plate: car.plate, laneId, fast: true }));
}

export function isCompletedRight(
  facts: Facts,
  { car, laneId, gradeId, amountMinor }: PracticeRefuel,
): boolean {
  const refuel = facts.visits.get(car.tail)?.refuel;
  return (
    refuel != null &&
    refuel.state !== 'refueling' &&
    refuel.state !== 'cancelled' &&
    refuel.laneId === laneId &&
    refuel.gradeId === gradeId &&
    refuel.amount?.amountMinor === amountMinor
  );
}

/** What was wrong with a try to complete it. */
export function completionHint(
  happening: Happening,
  { car, laneId, gradeId, amountMinor }: PracticeRefuel,
): CoachHint | null {
  if (happening.type === 'called') {
    if (happening.refused === 'fuel-mismatch-not-confirmed') return 'wrong-fuel';
    if (happening.refused === 'digits-do-not-match') return 'other-car';
    if (happening.refused === 'amount-and-volume-disagree') return 'wrong-amount';
    return null;
  }
  if (happening.type !== 'visit') return null;
  const { visit, before } = happening;
  if (visit.plateTail !== car.tail) {
    return visit.refuel !== null && before?.refuel == null ? 'other-car' : null;
  }
  const refuel = visit.refuel;
  if (refuel === null || refuel.state === before?.refuel?.state) return null;
  if (refuel.state === 'refueling') return refuel.laneId === laneId ? null : 'wrong-pump';
  if (refuel.gradeId !== gradeId) return 'wrong-fuel';
  if (refuel.laneId !== laneId) return 'wrong-pump';
  return refuel.amount?.amountMinor === amountMinor ? null : 'wrong-amount';
}

/** Completed otherwise than the pump shows, cancelled, or the car sent away: begin again. */
export function spoiltRefuel(facts: Facts, plan: PracticeRefuel): CoachHint | null {
  const visit = facts.visits.get(plan.car.tail);
  const refuel = visit?.refuel;
  if (refuel == null) return visit?.closed == null ? null : 'cancelled';
  if (refuel.state === 'refueling') return null;
  if (refuel.state === 'cancelled') return 'cancelled';
  if (refuel.gradeId !== plan.gradeId) return 'wrong-fuel';
  if (refuel.laneId !== plan.laneId) return 'wrong-pump';
  return refuel.amount?.amountMinor === plan.amountMinor ? null : 'wrong-amount';
}

export const propsOf = (plan: PracticeRefuel, currency = 'KRW') => ({
  plateTail: plan.car.tail,
  laneId: plan.laneId,
  gradeId: plan.gradeId,
  amount: { amountMinor: plan.amountMinor, currency },
});
