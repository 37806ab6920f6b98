import { createContext, use } from 'react';
import type { Practice } from '../../../shared/station-contract/index.ts';
import type { Kiosk } from '../../session/index.ts';

/** What the list of exercises can do. */
export interface TrainingControl {
  /** Being set up. */
  starting: Practice | null;
  /** @param forStaffId a colleague whose progress it is; null: one's own. */
  begin(practice: Practice, forStaffId: string | null): void;
}

export const TrainingContext = createContext<TrainingControl>({ starting: null, begin: () => {} });
export const useTraining = () => use(TrainingContext);

/** Around the screens of a training kiosk: the way back to what is real. */
export interface InTraining {
  real: Kiosk;
  leave(): void;
}
export const InTrainingContext = createContext<InTraining | null>(null);
/** null: this is the real kiosk. */
export const useInTraining = () => use(InTrainingContext);
