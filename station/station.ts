/**
 * A whole station: the composition root, the only file that knows everybody.
 *
 *   receivers ─▶ radio ─▶ core ◀─▶ sync ◀─▶ payment server
 *                          │ ▲
 *                 changes  ▼ │ commands
 *                        api (one router) ─▶ http host (WebSocket) / MessagePort ─▶ kiosks
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { backoffMs, type Clock, err, ok, type Result, systemClock } from '../shared/domain/index.ts';
import type { StationStatus } from '../shared/station-contract/index.ts';
import {
  BoardStream,
  type CallListener,
  createStationRouter,
  maxMessageBytes,
  type StationServing,
  serveStation,
} from './api/index.ts';
import { Backups } from './backup/index.ts';
import { type Core, openCore } from './core/index.ts';
import { NetworkKiosks, type StationHost, startHost } from './http/index.ts';
import {
  Installer,
  keptBeacon,
  laneReceiversKey,
  parseReceiverBook,
  type ReceiverBook,
  readWalk,
  receiverBookKey,
  testBeaconKey,
} from './installer/index.ts';
import { JoinCodes } from './kiosks/index.ts';
import {
  createReceivers,
  parseLaneReceivers,
  parseNamedSpecs,
  Radio,
  type RadioReceiver,
} from './receivers/index.ts';
import {
  createStationLog,
  errorFields,
  firstStart,
  type Log,
  type LogLevel,
  productVersion,
  type StationLog,
} from './setup/index.ts';
import { CodeResolver, ServerLink } from './sync/index.ts';
import { KioskCertificates, machineNames } from './tls/index.ts';
import { type StartThread, Trainings } from './training/index.ts';

export interface StationOptions {
  dataDir: string;
  /** null: no web server; kiosks come by MessagePort only. */
  web: { host: string; port: number; rendererDir?: string } | null;
  /** Other kiosks at this port of the site's network (0: any free one); null: as Setup says. */
  networkPort?: number | null;
  /** `[name=]kind:where`, as on the command line. */
  receivers: readonly string[];
  demo: boolean;
  /** Demo only: a walk of its lot that was done before, taken as the walk test of its installer at the first start. */
  demoWalkFile?: string | null;
  serverUrl: string | null;
  pairingCode: string | null;
  undoMs: number | null;
  logLevel: LogLevel;
  clock?: Clock;
  /** Stops this station and starts it again on the same data folder: how a restore takes effect. */
  restart?: () => void;
  fetch?: typeof globalThis.fetch;
  /** How a training is started; without it this station trains nobody. */
  startTraining?: StartThread;
  /** This is the station of a training: it lets its kiosk do the work of the shop floor, and no more. */
  forTraining?: { onCall: CallListener };
  /** Receivers that are already made, beside those of `receivers` (simulated lots, tests). */
  madeReceivers?: readonly RadioReceiver[];
}

export interface Station {
  /** null without a web server. */
  url: string | null;
  serving: StationServing;
  /** The web server for other kiosks of the site, on or off. */
  network: NetworkKiosks;
  core: Core;
  radio: Radio;
  link: ServerLink;
  /** Shown once, on the very first start of a station that is no demo. */
  firstManagerPin: string | null;
  log: Log;
  /** Stops everything in order; what is durable stays, what is on its way gets its outcome. */
  stop(): Promise<void>;
}

/** Why it did not start: a sentence for the operator, and what the log says. */
export interface StationStartError {
  code: string;
  message: string;
}

/** Beside the built station (out/main, its chunks one deeper), else where a build puts it, seen from the source. */
const builtRenderer =
  ['../renderer', '../../renderer']
    .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
    .find((folder) => existsSync(join(folder, 'join-files.json'))) ??
  fileURLToPath(new URL('../out/renderer', import.meta.url));

export async function startStation(options: StationOptions): Promise<Result<Station, StationStartError>> {
  const clock = options.clock ?? systemClock;
  const specs = parseNamedSpecs(options.receivers);
  if (!specs.ok) return err({ code: 'bad-receiver', message: specs.error });
  try {
    // Plates, PIN hashes and the site's credential lie in there: nobody else's business.
    mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
    chmodSync(options.dataDir, 0o700);
  } catch (error) {
    return err({ code: 'not-writable', message: `The data folder cannot be used: ${messageOf(error)}` });
  }
  const stationLog = createStationLog(options.dataDir, options.logLevel);
  const opened = await assemble(options, clock, specs.value, stationLog);
  if (!opened.ok) {
    stationLog.log('station.refused-start', { code: opened.error.code });
    stationLog.flush();
  }
  return opened;
}

/** What the lanes learned of their own cars (presence/lane-experience.ts). */
const learnedPresenceKey = 'presence.learned';

async function assemble(
  options: StationOptions,
  clock: Clock,
  specs: Parameters<typeof createReceivers>[0],
  { log, flush }: StationLog,
): Promise<Result<Station, StationStartError>> {
  const resolver = new CodeResolver({
    clock,
    onReached: () => link.reached(),
    onTrouble: (failure) => link.trouble(failure),
  });
  const coreOpened = openCore({ dataDir: options.dataDir, clock, resolver, allowSimplePins: options.demo });
  if (!coreOpened.ok) return err({ code: coreOpened.error.code, message: coreOpened.error.message });
  const core = coreOpened.value;
  log('station.started');

  const firstManagerPin = await firstStart(core, { demo: options.demo, undoMs: options.undoMs });
  const lanesChosen = () => parseLaneReceivers(core.settings.recall(laneReceiversKey));

  const link: ServerLink = new ServerLink({
    core,
    resolver,
    clock,
    log,
    fetch: options.fetch,
    onStatus: () => publishStatus(),
  });
  const book = parseReceiverBook(core.settings.recall(receiverBookKey));
  const radio: Radio = new Radio({
    receivers: (await bookedReceivers(specs, options.madeReceivers ?? [], book, clock)).map((receiver) => ({
      ...receiver,
      name: book.names[receiver.receiverId] ?? receiver.name,
    })),
    lanes: core.settings.site().lanes,
    chosen: lanesChosen(),
    visits: core.visits,
    followClock: () => core.followClock(),
    memory: {
      recall: () => core.settings.recall(learnedPresenceKey),
      remember: (text) => core.settings.remember(learnedPresenceKey, text),
    },
    clock,
    log,
    onStatus: () => publishStatus(),
    onReceivers: (receivers) => board.publish({ type: 'receivers', receivers }),
  });
  const status = (): StationStatus => ({
    radio: radio.status(),
    server: link.status(),
    ...(link.status().state === 'not-enrolled' ? {} : { expectedList: link.listStatus() }),
    outbox: core.outbox.counts(),
  });
  const board: BoardStream = new BoardStream({
    clock,
    followClock: () => core.followClock(),
    epoch: `${clock.nowMs().toString(36)}${randomBytes(4).toString('hex')}`,
    snapshot: () => ({
      visits: core.visits.board(),
      status: status(),
      site: core.settings.site(),
      receivers: radio.receivers(),
    }),
  });

  let lastStatus = '';
  function publishStatus(): void {
    const now = status();
    const text = JSON.stringify(now);
    if (text === lastStatus) return;
    lastStatus = text;
    board.publish({ type: 'status', status: now });
  }
  core.onVisitChanged((visit) => board.publish({ type: 'visit', visit }));
  core.onVisitGone((visitId) => board.publish({ type: 'visit-gone', visitId }));
  core.onLevels((levels) => board.publish({ type: 'levels', levels }));
  core.onOutboxChanged(publishStatus);
  core.onClockCorrected((byMs) => {
    log('clock.corrected', { byMs });
    radio.clockCorrected(byMs);
    board.tellAnew();
  });
  core.onNotKept((detail) => log('records.not-kept', { detail }));
  core.onSiteChanged((site) => {
    board.publish({ type: 'site', site });
    radio.setLanes(site.lanes, lanesChosen());
  });

  const beacon = keptBeacon(core.settings.recall(testBeaconKey));
  radio.setBeacon(beacon.code, beacon.silentAfterMs);
  const installer = new Installer({
    core,
    radio,
    clock,
    dataDir: options.dataDir,
    version: productVersion(),
    status,
  });

  const rendererDir = options.web?.rendererDir ?? builtRenderer;
  const joinCodes = new JoinCodes(clock);
  const network: NetworkKiosks = new NetworkKiosks({
    core,
    clock,
    log,
    codes: joinCodes,
    certificates: new KioskCertificates({ dataDir: options.dataDir, clock, log, names: machineNames }),
    names: machineNames,
    rendererDir,
    maxMessageBytes,
    portAtStart: options.networkPort ?? null,
    onKiosk: (socket, kioskId) => {
      socket.on('close', core.kiosks.connected(kioskId));
      serving.serveWebSocket(socket, kioskId);
    },
  });

  const trainings = new Trainings({
    startThread: options.startTraining ?? null,
    folder: join(options.dataDir, 'training'),
    clock,
    log,
    site: () => core.settings.site(),
  });

  const serving: StationServing = serveStation({
    onCall: options.forTraining?.onCall,
    router: createStationRouter({
      core,
      clock,
      board,
      installer,
      backups: new Backups({
        core,
        clock,
        dataDir: options.dataDir,
        restart: options.restart ?? null,
      }),
      trainings,
      forTraining: options.forTraining !== undefined,
      network,
      joinCodes,
      receivers: () => radio.receivers(),
      enrol: (actor, input) => link.enrol(actor, input),
      statement: (span) => link.statement(span),
      followUps: () => link.followUps(),
      onSignInLimited: () => log('api.sign-in-limited'),
    }),
    clock,
    log,
  });

  let host: StationHost | null = null;
  if (options.web !== null) {
    try {
      host = await startHost({
        host: options.web.host,
        port: options.web.port,
        rendererDir,
        maxMessageBytes,
        onKiosk: (socket) => serving.serveWebSocket(socket),
        log,
      });
    } catch (error) {
      core.close();
      return err({
        code: 'port-not-free',
        message: `The kiosk's port ${options.web.port} cannot be used: ${messageOf(error)}. Choose another with --port.`,
      });
    }
  }

  // A port that is taken keeps no car from being heard: it is said on the screen and tried again.
  await network.start();
  radio.start();
  link.start();
  if (options.demo && options.demoWalkFile) void takeDemoWalk(options.demoWalkFile, core, installer, log);
  const stopEnrolling = enrolWhenReached(options, core, link, clock, log);
  log('station.ready', { receivers: radio.receivers().length, enrolled: core.settings.enrolment() !== null });

  let stopping: Promise<void> | null = null;
  return ok({
    url: host?.url ?? null,
    serving,
    network,
    core,
    radio,
    link,
    firstManagerPin,
    log,
    stop: () => {
      stopping ??= (async () => {
        log('station.stopping');
        stopEnrolling();
        await host?.close();
        await network.close();
        await trainings.close();
        await installer.close();
        await radio.stop();
        await link.stop();
        core.close();
        log('station.stopped');
        flush();
      })();
      return stopping;
    },
  });
}

/** Judged beside the work of the site, as every walk test is; without it the lanes learn from their cars. */
async function takeDemoWalk(file: string, core: Core, installer: Installer, log: Log): Promise<void> {
  const person = core.staff.people().find(({ role }) => role === 'installer');
  if (person === undefined) return;
  try {
    await installer.takeWalk({ person, kioskId: null }, await readWalk(file));
  } catch (error) {
    log('presence.failed', { state: 'demo-walk', ...errorFields(error) });
  }
}

/** Those of the command line and those that the installer added. A name taken at the start wins. */
async function bookedReceivers(
  specs: Parameters<typeof createReceivers>[0],
  made: readonly RadioReceiver[],
  book: ReceiverBook,
  clock: Clock,
): Promise<RadioReceiver[]> {
  const taken = new Set([...specs, ...made].map(({ receiverId }) => receiverId));
  const added = book.added.filter(({ receiverId }) => !taken.has(receiverId));
  const all = [...specs, ...added.map((kept) => ({ ...kept, named: true }))];
  return [...(await createReceivers(all, clock)), ...made];
}

/** `--pairing-code`: enrols as soon as the server is there; never keeps the station from starting. */
function enrolWhenReached(
  options: StationOptions,
  core: Core,
  link: ServerLink,
  clock: Clock,
  log: Log,
): () => void {
  const { serverUrl, pairingCode } = options;
  let stopped = false;
  let cancel = () => {};
  if (serverUrl === null || pairingCode === null || core.settings.enrolment() !== null) return () => {};
  let failures = 0;
  const again = () => {
    failures += 1;
    const waitMs = backoffMs(failures, { firstMs: 500, maxMs: 15_000 }, Math.random);
    cancel = clock.schedule(waitMs, attempt);
  };
  const attempt = () => {
    if (stopped || core.settings.enrolment() !== null) return;
    link.enrol(null, { serverUrl, pairingCode, idempotencyKey: null }).then(
      (result) => {
        if (result.ok || stopped) return;
        const { error } = result;
        // A code that was refused will be refused again; the installer enrols at the kiosk.
        if (error.code === 'REFUSED' && error.reason === 'pairing-code-refused') return;
        again();
      },
      (error: unknown) => {
        log('server.enrolment-failed', { errorMessage: messageOf(error) });
        if (!stopped) again();
      },
    );
  };
  attempt();
  return () => {
    stopped = true;
    cancel();
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
