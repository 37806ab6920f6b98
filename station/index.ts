/** The station. The one door for programs that start it. */
export { type Station, type StationOptions, type StationStartError, startStation } from './station.ts';
export {
  type FromTraining,
  type StartThread,
  type StoreStart,
  type ToTraining,
  type TrainingStart,
  type TrainingThread,
  trainingProgram,
  workerThread,
} from './training/index.ts';
