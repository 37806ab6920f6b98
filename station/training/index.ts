/** Training: starting it, talking to it, and who has finished what. The training itself is in `training/`. */
export { trainingProgram } from './program.ts';
export { Trainings, type TrainingsOptions, trainingDelays } from './trainings.ts';
export type {
  FromTraining,
  StartThread,
  StoreStart,
  ToTraining,
  TrainingStart,
  TrainingThread,
} from './types.ts';
export { workerThread } from './worker-thread.ts';
