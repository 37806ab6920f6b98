/**
 * A whole site for one trainee, in this thread and in one folder:
 *
 *   lot (cars, jacks, phones) ──HCI bytes in memory──▶ station (SQLite in the folder)
 *      └── phones ──▶ payment server (PostgreSQL in memory, sandbox processor) ◀── line ──┘
 *
 * The payment server is the real program with a sandbox for a processor: what is learnt here holds out there.
 * It listens on a loopback port of the system's choice, and knows no site but this one.
 */
import { randomInt } from 'node:crypto';
import { startServer } from '../server/index.ts';
import { type Clock, err, newId, ok, type Result } from '../shared/domain/index.ts';
import type { Person, RefusalReason } from '../shared/station-contract/index.ts';
import { Lot, MemoryWire, phonesOf, place } from '../simulator/index.ts';
import { type Station, startStation, type TrainingStart } from '../station/index.ts';
import { LineToServer } from './line-to-server.ts';
import { memoryReceiver } from './memory-receiver.ts';

export interface TrainingSite {
  station: Station;
  lot: Lot;
  line: LineToServer;
  trainee: Person;
  /** The trainee's sign-in, at this station only. */
  token: string;
  /** Somebody who works here too: who takes over at the end of the shift. */
  colleague: Person;
  close(): Promise<void>;
}

export interface TrainingSiteOptions
  extends Pick<TrainingStart, 'dataDir' | 'storeFolder' | 'trainee' | 'site'> {
  clock: Clock;
  seed: number;
  onCall: (procedure: string, refused: RefusalReason | null) => void;
}

/** The trainee's kiosk is the training station's first one. */
export const trainingKiosk = null;

/** Shorter than at work, so that a trainee sees what follows the end of it. */
const undoMs = 10_000;
/** The driver's time to answer. */
const approvalMs = 10 * 60_000;

export async function openTrainingSite(options: TrainingSiteOptions): Promise<Result<TrainingSite, string>> {
  const { clock } = options;
  const server = await startServer({
    memory: true,
    beginningKeptIn: options.storeFolder,
    demo: true,
    demoApprovalMs: approvalMs,
    clock,
  });
  if (server.demo === null) throw new Error('the server named no site');
  const line = new LineToServer();
  const wires = new Map(place.receivers.map(({ receiverId }) => [receiverId, new MemoryWire()]));
  const lot = new Lot({
    clock,
    seed: options.seed,
    siteId: server.demo.siteId,
    connect: phonesOf(server.url),
    wires,
  });
  const started = await startStation({
    dataDir: options.dataDir,
    web: null,
    receivers: [],
    demo: true,
    serverUrl: server.url,
    pairingCode: server.demo.pairingCode,
    undoMs,
    logLevel: 'silent',
    clock,
    fetch: line.fetch,
    forTraining: { onCall: options.onCall },
    madeReceivers: [...wires].map(([receiverId, wire]) => ({
      receiverId,
      named: true,
      spec: 'training',
      reason: null,
      factory: memoryReceiver(receiverId, wire, clock),
    })),
  });
  if (!started.ok) {
    await lot.close();
    await server.close();
    return err(started.error.message);
  }
  const station = started.value;
  const { core } = station;
  const manager = core.staff.people().find((person) => person.role === 'manager');
  const colleague = core.staff.people().find((person) => person.role === 'attendant');
  if (manager === undefined || colleague === undefined) throw new Error('nobody works at the training site');
  core.settings.updateSite(
    { person: manager, kioskId: null },
    { idempotencyKey: newId(), changes: options.site },
  );
  // Installers train as cashiers do: the exercises are the shop floor's.
  const role = options.trainee.role === 'installer' ? 'cashier' : options.trainee.role;
  const pin = String(randomInt(100_000, 1_000_000));
  const added = await core.staff.add(
    { person: manager, kioskId: null },
    { idempotencyKey: newId(), displayName: options.trainee.displayName, role, pin },
  );
  if (!added.ok) return err(`the trainee could not be added: ${added.error.code}`);
  const signedIn = await core.staff.signIn({
    staffId: added.value.person.staffId,
    pin,
    kioskId: trainingKiosk,
  });
  if (!signedIn.ok) return err(`the trainee could not sign in: ${signedIn.error.code}`);

  let closing: Promise<void> | null = null;
  return ok({
    station,
    lot,
    line,
    trainee: signedIn.value.person,
    token: signedIn.value.token,
    colleague,
    close: () => {
      closing ??= (async () => {
        await lot.close();
        await station.stop();
        await server.close();
      })();
      return closing;
    },
  });
}
