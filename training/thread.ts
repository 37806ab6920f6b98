/**
 * Training as a program: a thread of the station, started with a `TrainingStart` (station/training), or with a
 * `StoreStart` to make what a training begins from.
 * It ends by itself when it is told to, and leaves neither a process nor a port.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { keepBeginning } from '../server/index.ts';
import { systemClock } from '../shared/domain/index.ts';
import type { FromTraining, StoreStart, ToTraining, TrainingStart } from '../station/index.ts';
import { startTraining } from './training.ts';

if (parentPort === null) {
  process.stderr.write('This is the part of the station that it starts for training.\n');
  process.exit(2);
}
const station = parentPort;
const tell = (message: FromTraining) => station.postMessage(message);
const complain = (what: string): never => {
  process.stderr.write(`${what}\n`);
  process.exit(1);
};

// Wires and an end that come while the site opens wait for it.
const waiting: ToTraining[] = [];
let take = (message: ToTraining) => {
  waiting.push(message);
};
station.on('message', (message: ToTraining) => take(message));

const start = workerData as TrainingStart | StoreStart;
if ('only' in start) {
  await keepBeginning(start.storeFolder);
  process.exit(0);
}
const started = await startTraining({
  ...start,
  clock: systemClock,
  seed: systemClock.nowMs() | 0,
  onCoach: (view) => tell({ type: 'coach', view }),
  onFinished: (exercise, mistakes, tookMs) => tell({ type: 'finished', exercise, mistakes, tookMs }),
});
if (!started.ok) throw complain(started.error);
const training = started.value;

take = (message) => {
  if (message.type === 'wire') training.station.serving.servePort(message.port);
  else void training.close().finally(() => process.exit(0));
};
tell({ type: 'ready', token: training.token, person: training.person });
for (const message of waiting.splice(0)) take(message);
