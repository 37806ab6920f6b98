/**
 * The station as a program of its own: `station --data DIR`. Kiosks reach it by the browser.
 *
 * Ends with 0 after SIGTERM or SIGINT, with 1 when it cannot start or something unforeseen happened
 * (a supervisor starts it again: everything that was marked is in its records), with 2 for a wrong command line.
 */
import { errorFields, type Log, parseStationArguments, usage } from './setup/index.ts';
import { type Station, startStation } from './station.ts';
import { trainingProgram, workerThread } from './training/index.ts';

async function main(): Promise<void> {
  // What we create is ours alone: records, logs, the credential.
  process.umask(0o077);
  const parsed = parseStationArguments(process.argv.slice(2));
  if (!parsed.ok) {
    process.stderr.write(`${parsed.error}\n\n${usage}\n`);
    process.exit(2);
  }
  const { host, port, networkPort, ...options } = parsed.value;
  let log: Log = (event, fields) => process.stderr.write(`${JSON.stringify({ event, ...fields })}\n`);
  const crash = (error: unknown) => {
    log('station.crashed', errorFields(error));
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  let stopping = false;
  const startTraining = workerThread(trainingProgram(import.meta.url));
  const open = async (atPort: number, atNetworkPort: number | null): Promise<Station> => {
    const started = await startStation({
      ...options,
      web: { host, port: atPort },
      networkPort: atNetworkPort,
      restart,
      startTraining,
    });
    if (!started.ok) {
      process.stderr.write(`${started.error.message}\n`);
      process.exit(1);
    }
    log = started.value.log;
    return started.value;
  };
  // A restored backup is taken up by a fresh station in this same process, at the same port.
  const restart = () => {
    if (stopping) return;
    const atPort = Number(new URL(station.url ?? '').port);
    const atNetworkPort = networkPort === null ? null : station.network.port;
    station.stop().then(async () => {
      if (!stopping) station = await open(atPort, atNetworkPort);
    }, crash);
  };
  let station = await open(port, networkPort);

  const stop = () => {
    stopping = true;
    // Should something hang, the records are whole at any moment: end anyway.
    setTimeout(() => process.exit(1), 10_000).unref();
    station.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);

  if (station.firstManagerPin !== null) {
    process.stdout.write(
      `First start. Sign in as "Manager" with the PIN ${station.firstManagerPin}; it is shown only now.\n`,
    );
  }
  const others = station.network.state();
  if (others.state === 'on') {
    process.stdout.write(`Other kiosks: ${others.addresses[0] ?? 'no network'} (${others.fingerprint})\n`);
  }
  if (others.state === 'failed') {
    process.stderr.write(
      `Port ${others.port} for other kiosks cannot be had (${others.reason}); trying again.\n`,
    );
  }
  process.stdout.write(`Kiosk ready at ${station.url}\n`);
}

await main();
