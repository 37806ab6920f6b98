import { Worker } from 'node:worker_threads';
import type { FromTraining, StartThread } from './types.ts';

/**
 * Training in a thread of this process: no port, no process of its own that could stay behind, and a fault
 * in it ends the thread alone. In the packaged kiosk there is no other way: its shell is sealed against
 * being started as plain Node.
 *
 * @param program The training program (`training/thread.ts`, or what it was built into).
 */
export function workerThread(program: URL): StartThread {
  return (start) => {
    const worker = new Worker(program, {
      workerData: start,
      // Nothing of the real site's configuration or secrets.
      env: {},
      // Its complaints are in its own log; the station's output is not its place.
      stdout: true,
      stderr: true,
    });
    worker.stdout.resume();
    let complaints = '';
    worker.stderr.on('data', (chunk: Buffer) => {
      complaints = `${complaints}${chunk.toString()}`.slice(-4_000);
    });
    // 'exit' follows; without a listener the error would end the station.
    worker.on('error', (error) => {
      complaints += error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    return {
      tell: (message, transfer) => worker.postMessage(message, transfer),
      onMessage: (listener) => {
        worker.on('message', (message: FromTraining) => listener(message));
      },
      onEnded: (listener) => {
        worker.once('exit', () => listener(complaints.slice(-1_000)));
      },
      kill: () => void worker.terminate(),
    };
  };
}
