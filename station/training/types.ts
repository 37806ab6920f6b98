/**
 * What the station says to its training thread, and hears from it. The thread holds a whole second station
 * with its own lot and its own payment server; the two sides share nothing but these messages.
 */
import type { MessagePort } from 'node:worker_threads';
import type {
  CoachView,
  ExerciseId,
  Person,
  Practice,
  Role,
  SiteSettings,
} from '../../shared/station-contract/index.ts';

/** Given to the thread as it starts. */
export interface TrainingStart {
  /** Its own folder, empty; nothing outside it is written but what is in `storeFolder`. */
  dataDir: string;
  /** Keeps what each training's payment server begins from, which takes long to make. Nothing of a training. */
  storeFolder: string;
  practice: Practice;
  trainee: { displayName: string; role: Role };
  /** So that the training site feels like this one. */
  site: Pick<SiteSettings, 'defaultLocale' | 'amberAfterMs' | 'redAfterMs' | 'autoLockMs'>;
}

/** Given instead to a thread that only makes what a training begins from, and ends. */
export interface StoreStart {
  only: 'store';
  storeFolder: string;
}

/** station → thread */
export type ToTraining = { type: 'wire'; port: MessagePort } | { type: 'end' };

/** thread → station */
export type FromTraining =
  | { type: 'ready'; token: string; person: Person }
  | { type: 'coach'; view: CoachView }
  | { type: 'finished'; exercise: ExerciseId; mistakes: number; tookMs: number };

/** A training thread as the station sees it. */
export interface TrainingThread {
  tell(message: ToTraining, transfer: MessagePort[]): void;
  onMessage(listener: (message: FromTraining) => void): void;
  /** Once, however it ended. `lastWords`: what it complained of, empty when it ended well. */
  onEnded(listener: (lastWords: string) => void): void;
  /** Ends it by force. */
  kill(): void;
}

export type StartThread = (start: TrainingStart | StoreStart) => TrainingThread;
