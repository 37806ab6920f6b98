/** Starts a payment server: the composition root, for the command line, for npm start and for tests. */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lt } from 'drizzle-orm';
import { type Clock, every, systemClock } from '../shared/domain/index.ts';
import type { App } from './app.ts';
import { expireRequests, releaseOldReservations } from './approvals/index.ts';
import { cartRequestChanged, releaseIdleCarts } from './carts/index.ts';
import {
  masterKeysFrom,
  NoSuchStore,
  openStore,
  refuseMissingFolder,
  type StoreLocation,
  secretBox,
  tables,
} from './db/index.ts';
import { type DemoSite, demoSiteId, seedDemo } from './demo.ts';
import { eventBus, streamDelays, wakeWhoIsBehind } from './events/index.ts';
import { forgetOldKeys } from './http/idempotency.ts';
import { listen } from './http/listen.ts';
import type { RateLimits } from './http/rate-limits.ts';
import { keepWindowsAhead } from './jacks/index.ts';
import { type Log, silentLog } from './log.ts';
import { applyOutcome } from './outcomes.ts';
import { callbackArrived, quiesceOperations, reconcile } from './payments/index.ts';
import { endNoShows } from './preorders/index.ts';
import { type PaymentProcessor, sandboxProcessor } from './processor/index.ts';
import { storeWatch } from './store-watch.ts';
import { serverVersion } from './version.ts';

export interface ServerOptions {
  /** Exactly one of these three. */
  dataDir?: string;
  databaseUrl?: string;
  /** With `databaseUrl`: connections at most of this process (16 where absent); one more listens. */
  databaseConnections?: number;
  memory?: boolean;
  /** Only a store that is there, with its key: nothing is made. For administration. */
  existing?: boolean;
  /** With `memory`: a folder that keeps what the store begins from, so that the next one begins at once. */
  beginningKeptIn?: string;
  /** With `databaseUrl`: where the master keys are (made where there are none). */
  masterKeyFile?: string;
  /** 0: any free port. */
  port?: number;
  host?: string;
  clock?: Clock;
  demo?: boolean;
  /** How long a driver has to answer at the demo's site; the site's default otherwise. */
  demoApprovalMs?: number;
  /** Instead of the sandbox. */
  processor?: (app: Pick<App, 'db' | 'clock'>) => PaymentProcessor;
  log?: Log;
  /** Off where absent. */
  limits?: RateLimits;
  /** Who has it reads `/metrics`, from anywhere; where absent only this machine does. */
  metricsToken?: string | undefined;
}

export interface RunningServer {
  url: string;
  port: number;
  app: App;
  demo: DemoSite | null;
  /** Does now what falls due (expiries, look-ups, windows) and waits for it. The server does so by itself once a second. */
  tick(): Promise<void>;
  close(): Promise<void>;
}

const delays = {
  tickMs: 1_000,
  /** Windows of rotating codes and what is long past. */
  upkeepMs: 60_000,
  /** Between looks at what the store has to tidy: a table that fills from nothing soon has plans that fit it. */
  tidyMs: 10_000,
  relistenMs: 1_000,
};

function locationOf(options: ServerOptions): StoreLocation {
  if (options.databaseUrl !== undefined) {
    return {
      kind: 'url',
      databaseUrl: options.databaseUrl,
      connections: options.databaseConnections,
      existing: options.existing,
    };
  }
  if (options.dataDir !== undefined) return { kind: 'folder', dataDir: options.dataDir };
  return { kind: 'memory', keptIn: options.beginningKeptIn };
}

function masterKeys(options: ServerOptions): Buffer[] {
  const inFolder = options.dataDir === undefined ? undefined : join(options.dataDir, 'master.key');
  const path = options.masterKeyFile ?? inFolder;
  if (path !== undefined) {
    if (options.existing === true && !existsSync(path)) {
      throw new NoSuchStore(`The payment server’s master key is not at ${path}.`);
    }
    return masterKeysFrom(path);
  }
  if (options.databaseUrl !== undefined) throw new Error('A database by URL needs a master key file.');
  return [randomBytes(32)];
}

/** Opens the store and everything that does not need a port. For the server and for administration. */
export async function openApp(options: ServerOptions): Promise<{ app: App; close(): Promise<void> }> {
  const location = locationOf(options);
  if (options.existing === true && location.kind === 'folder') refuseMissingFolder(location.dataDir);
  const keys = masterKeys(options);
  const store = await openStore(location);
  const closing = new AbortController();
  try {
    const clock = options.clock ?? systemClock;
    const base = { db: store.db, clock };
    const log = options.log ?? silentLog;
    if (store.migrated.length > 0) {
      log.info('migrations-run', { count: store.migrated.length, last: store.migrated.at(-1) ?? null });
    }
    const app: App = {
      ...base,
      store,
      bus: eventBus(),
      processor: options.processor?.(base) ?? sandboxProcessor(store.db, clock),
      secrets: secretBox(keys),
      log,
      closing: closing.signal,
      demoSiteId: options.demo === true ? demoSiteId : null,
      applyOutcome,
      requestChanged: cartRequestChanged,
    };
    app.processor.onCallback?.((callback) => {
      if (closing.signal.aborted) return;
      void callbackArrived(app, callback).catch((error) => app.log.error('callback-failed', error));
    });
    const stopListening = await hearOtherServers(app);
    return {
      app,
      async close() {
        closing.abort();
        await quiesceOperations(app);
        await stopListening();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** On a real PostgreSQL several servers share one database: each wakes its streams when another wrote. */
async function hearOtherServers(app: App): Promise<() => Promise<void>> {
  const { listen: listenTo } = app.store;
  if (listenTo === null) return async () => {};
  let stop: (() => Promise<void>) | null = null;
  let cancel = () => {};
  const again = () => {
    stop = null;
    if (app.closing.aborted) return;
    cancel = app.clock.schedule(delays.relistenMs, () => {
      void listenTo((stream) => app.bus.wake(stream), again).then((s) => {
        stop = s;
        // Whatever was written while nobody listened.
        app.bus.wakeAll();
      }, again);
    });
  };
  stop = await listenTo((stream) => app.bus.wake(stream), again);
  return async () => {
    cancel();
    await stop?.().catch(() => {});
  };
}

/** @throws StoreInUse when another server runs on the same folder */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const log = options.log ?? silentLog;
  log.info('starting', { version: serverVersion, demo: options.demo === true });
  const { app, close: closeApp } = await openApp(options);
  const watch = storeWatch(app.clock, log);
  try {
    const demo = options.demo === true ? await seedDemo(app, { approvalMs: options.demoApprovalMs }) : null;
    await keepWindowsAhead(app);
    await reconcile(app);
    const http = await listen(app, {
      host: options.host ?? '127.0.0.1',
      port: options.port ?? 0,
      limits: options.limits,
      metricsToken: options.metricsToken,
    });
    log.info('started', { port: http.port, store: app.store.kind });

    let upkeepDueMs = app.clock.nowMs() + delays.upkeepMs;
    let tidyDueMs = app.clock.nowMs() + delays.tidyMs;
    let running: Promise<void> | null = null;
    const work = async () => {
      await wakeWhoIsBehind(app);
      await expireRequests(app);
      await releaseOldReservations(app);
      await endNoShows(app);
      await releaseIdleCarts(app);
      await reconcile(app);
      if (app.clock.nowMs() >= tidyDueMs) {
        tidyDueMs = app.clock.nowMs() + delays.tidyMs;
        await app.store.tidy?.();
      }
      if (app.clock.nowMs() < upkeepDueMs) return;
      upkeepDueMs = app.clock.nowMs() + delays.upkeepMs;
      await keepWindowsAhead(app);
      await forgetOldKeys(app);
      await app.db
        .delete(tables.events)
        .where(lt(tables.events.atMs, app.clock.nowMs() - streamDelays.keptMs));
    };
    const run = async () => {
      // One after the other; who asks while one runs gets a run of its own after it.
      while (running !== null) await running;
      running = work().finally(() => {
        running = null;
      });
      await running;
    };
    const tick = async () => {
      await run();
      await quiesceOperations(app);
    };
    const stopTicking = every(app.clock, delays.tickMs, () => {
      if (running !== null) return;
      void run().then(
        () => watch.answered(),
        (error) => {
          if (!watch.failed(error)) log.error('tick-failed', error);
        },
      );
    });
    return {
      url: http.url,
      port: http.port,
      app,
      demo,
      tick,
      async close() {
        log.info('stopping');
        stopTicking();
        await http.drain();
        await Promise.allSettled([running]);
        await closeApp();
        await http.close();
        log.info('stopped');
      },
    };
  } catch (error) {
    await closeApp();
    throw error;
  }
}
