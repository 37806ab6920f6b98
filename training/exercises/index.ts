/** The five exercises. The one door of this folder. */
import type { ExerciseId } from '../../shared/station-contract/index.ts';
import { closeOfShift } from './close-of-shift.ts';
import { declinedPayment } from './declined-payment.ts';
import { firstPickup } from './first-pickup.ts';
import { firstRefuel } from './first-refuel.ts';
import { offlineHour } from './offline-hour.ts';
import type { Exercise } from './types.ts';

export const exerciseById: Readonly<Record<ExerciseId, Exercise>> = {
  'first-pickup': firstPickup,
  'first-refuel': firstRefuel,
  'declined-payment': declinedPayment,
  'offline-hour': offlineHour,
  'close-of-shift': closeOfShift,
};
export { type Exercise, type Facts, type Happening, noProps, type Stage, type Step } from './types.ts';
