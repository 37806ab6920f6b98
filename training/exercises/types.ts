/**
 * What an exercise is made of. A step is done when the training station's records say so, never because
 * somebody pressed "next"; the simulated drivers do what the exercise needs at each step.
 */
import type { Fuel } from '../../shared/domain/index.ts';
import type {
  CoachHint,
  CoachProps,
  ExerciseId,
  RefusalReason,
  ShiftView,
  StepId,
  VisitView,
} from '../../shared/station-contract/index.ts';
import type { LotCommandInput } from '../../simulator/index.ts';

/** How the training station stands. */
export interface Facts {
  nowMs: number;
  /** The newest state of each car's visit, by the last four digits of its plate; also of those that have left. */
  visits: ReadonlyMap<string, VisitView>;
  serverReached: boolean;
  /** Marks that the server has not got yet. */
  unsent: number;
  /** The newest shift of this kiosk, open or closed; null: none was opened. */
  shift: ShiftView | null;
}

/** What just came about, for hints. */
export type Happening =
  | { type: 'visit'; visit: VisitView; before: VisitView | null }
  | { type: 'called'; procedure: string; refused: RefusalReason | null }
  /** Anything else: the line to the server, the outbox. */
  | { type: 'other' };

/** What the exercise lets happen on the lot. */
export interface Stage {
  /** @throws LotError */
  lot(command: LotCommandInput): Promise<Record<string, unknown>>;
  cutServer(): void;
  restoreServer(): void;
  /** A colleague of the trainee refuels and completes at another kiosk: what the trainee then finds. */
  colleagueCompletes(refuel: {
    plateTail: string;
    laneId: string;
    gradeId: string;
    amountMinor: number;
  }): void;
  /** Runs later, unless the training has ended. What goes wrong in it ends nothing. */
  after(ms: number, action: () => unknown): void;
}

export interface Step {
  id: StepId;
  props?: Partial<CoachProps>;
  done(facts: Facts): boolean;
  /** A wrong try in this step, if that is what this was. */
  hint?(happening: Happening, facts: Facts): CoachHint | null;
  /** The drivers' and the server's part, once when the step begins. */
  begin?(stage: Stage): void;
}

export interface Exercise {
  id: ExerciseId;
  steps: readonly Step[];
  /** Before the trainee sees anything: cars, drivers, orders. */
  prepare(stage: Stage): Promise<void>;
  /** Why it can no longer be finished; null while it can. */
  spoilt(facts: Facts): CoachHint | null;
}

export interface PracticeCar {
  plate: string;
  /** As staff look for it. */
  tail: string;
  model: string;
  color: string;
  fuel: Fuel;
}

export const noProps: CoachProps = {
  plateTail: null,
  laneId: null,
  gradeId: null,
  amount: null,
  counted: null,
};

export const won = (amountMinor: number) => ({ amountMinor, currency: 'KRW' });

/** Drivers look at their phone about so long before they answer, ms. */
export const answersAfterMs = 2_500;

/** Where the jack sits. Of weaker places one car in a hundred is not recognised: an exercise is not where to meet that. */
export const heardWell = 'dash';

/** Two lanes that answer alike stay "Bay 2 or 1": after so long it is taken as it is. */
const laneCertainWithinMs = 20_000;

/** The car stands, and its card says where. */
export function hasArrived({ visits, nowMs }: Facts, plateTail: string): boolean {
  const visit = visits.get(plateTail);
  if (visit?.presence !== 'arrived' && visit?.presence !== 'parked') return false;
  return visit.laneId !== null || nowMs - (visit.arrivedAtMs ?? nowMs) > laneCertainWithinMs;
}
