/**
 * The station inside the kiosk's shell: an Electron utility process. Its parent sends one MessagePort
 * per kiosk window; there is no web server. The command line is the same as of `main.ts`.
 *
 *   parent ──{ type: 'connect' } + port──▶ station
 *   parent ──{ type: 'stop' }───────────▶ station
 *   parent ◀─{ type: 'ready', firstManagerPin } | { type: 'failed', code, message }── station
 */
import type { PortLike } from './api/index.ts';
import { errorFields, parseStationArguments } from './setup/index.ts';
import { startStation } from './station.ts';
import { trainingProgram, workerThread } from './training/index.ts';

/** As much of Electron's `process.parentPort` as is used here; the station knows no Electron. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown; ports: PortLike[] }) => void): void;
  postMessage(message: unknown): void;
}

async function main(parent: ParentPort): Promise<void> {
  process.umask(0o077);
  // Ports that arrive while the station opens wait for it.
  const waiting: PortLike[] = [];
  let connect = (port: PortLike) => {
    waiting.push(port);
  };
  let stop = (): void => process.exit(0);
  parent.on('message', ({ data, ports }) => {
    const type = typeof data === 'object' && data !== null && 'type' in data ? data.type : null;
    if (type === 'connect' && ports[0] !== undefined) connect(ports[0]);
    if (type === 'stop') stop();
  });

  const parsed = parseStationArguments(process.argv.slice(2));
  // The shell starts a station that ended again: with it a restored backup is taken up.
  const restart = () => stop();
  const startTraining = workerThread(trainingProgram(import.meta.url));
  const started = parsed.ok
    ? await startStation({ ...parsed.value, web: null, restart, startTraining })
    : ({ ok: false, error: { code: 'bad-arguments', message: parsed.error } } as const);
  if (!started.ok) {
    parent.postMessage({ type: 'failed', ...started.error });
    // Long enough for the message to leave; the parent ends us anyway.
    setTimeout(() => process.exit(1), 200);
    return;
  }
  const station = started.value;
  const crash = (error: unknown) => {
    station.log('station.crashed', errorFields(error));
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  stop = () => {
    setTimeout(() => process.exit(1), 10_000).unref();
    station.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  connect = (port) => station.serving.servePort(port, dataOf);
  for (const port of waiting.splice(0)) connect(port);
  parent.postMessage({ type: 'ready', firstManagerPin: station.firstManagerPin });
}

/** Electron's ports hand over an event; its `data` is the message. */
function dataOf(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'data' in event ? event.data : event;
}

const { parentPort } = process as unknown as { parentPort?: ParentPort };
if (parentPort === undefined) {
  process.stderr.write('This is the part of the kiosk that its shell starts; run station/main.ts instead.\n');
  process.exit(2);
}
await main(parentPort);
