/**
 * Servers on one database, killed at random under load and started again, and an oracle at the end.
 *
 *   drivers, sites ──► balancer ──► server 1 ⚡ server 2 ⚡ … ──► PostgreSQL (⚡ restarted, where asked for)
 *        └── what was acknowledged ──────► oracle ◄── what is in effect
 */
import { openApp } from '../../../server/start.ts';
import { phonesOf, Random } from '../../../simulator/index.ts';
import { Ledger } from './acknowledged.ts';
import { openBalancer } from './balancer.ts';
import { Journeys } from './journeys.ts';
import { faultsOf, isQuiet, lastPositions, type Truth } from './oracle.ts';
import { Servers } from './servers.ts';
import { SiteListener } from './site-listener.ts';
import { makeDrivers, makeSites } from './world.ts';

export interface FaultRun {
  databaseUrl: string;
  masterKeyFile: string;
  servers: number;
  sites: number;
  drivers: number;
  /** Journeys are begun for so long. */
  seconds: number;
  /** Between kills, drawn evenly (ms). */
  killEveryMs: [number, number];
  seed: number;
  /** Restarts the database once in the middle, where given. */
  restartDatabase?: () => Promise<void>;
  say?: (line: string) => void;
}

export interface FaultResult {
  faults: string[];
  kills: number;
  journeys: Record<string, number>;
  acknowledged: number;
  unanswered: number;
  events: number;
  reconnects: number;
  /** What the servers ended with when they were told to: 0 each. */
  ends: (number | string)[];
  /** What the oracle was given, to be judged once more. */
  truth: Truth;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** What takes so much longer than the run is stuck. */
const graceMs = 90_000;

export async function runFaults(run: FaultRun): Promise<FaultResult> {
  const say = run.say ?? (() => {});
  const random = new Random(run.seed);
  const { databaseUrl, masterKeyFile } = run;
  const startMs = Date.now();
  const lateAtMs = () => Date.now() > startMs + run.seconds * 1000 + graceMs;
  const balancer = await openBalancer(() => random.float());
  const servers = new Servers(
    [
      '--database-url',
      databaseUrl,
      '--master-key-file',
      masterKeyFile,
      '--port',
      '0',
      '--log-level',
      'error',
    ],
    balancer,
  );
  const ledger = new Ledger(lateAtMs);
  const listeners: SiteListener[] = [];
  const drivers: Awaited<ReturnType<typeof makeDrivers>> = [];
  try {
    const admin = await openApp({ databaseUrl, masterKeyFile });
    await servers.start(run.servers);
    const sites = await makeSites(admin.app, balancer.url, run.sites, ledger);
    await admin.close();
    drivers.push(...(await makeDrivers(balancer.url, run.drivers, random)));
    for (const { siteId, client } of sites) listeners.push(new SiteListener(siteId, client));
    while (listeners.some((listener) => listener.from === null)) await pause(20);
    const journeys = new Journeys(
      { url: balancer.url, sites, drivers, ledger, random, connect: phonesOf(balancer.url) },
      lateAtMs,
    );
    const untilMs = Date.now() + run.seconds * 1000;
    say(`${run.servers} servers, ${drivers.length} drivers at ${sites.length} sites`);

    let over = false;
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const killing = (async () => {
      while (!over) {
        await Promise.race([pause(random.between(...run.killEveryMs)), ended]);
        if (over) return;
        const victims =
          random.float() < 0.2 ? [...Array(run.servers).keys()] : [random.int(0, run.servers - 1)];
        await Promise.all(victims.map((n) => servers.killAndRestart(n)));
      }
    })();
    const restarting = (async () => {
      if (run.restartDatabase === undefined) return;
      await pause((run.seconds * 1000) / 2);
      say('the database is restarted');
      await run.restartDatabase();
    })();
    const failures: unknown[] = [];
    await Promise.all(
      drivers.map(async (driver) => {
        while (Date.now() < untilMs && failures.length === 0) {
          await journeys.next(driver).catch((error: unknown) => failures.push(error));
        }
      }),
    );
    over = true;
    end();
    await Promise.all([killing, restarting]);
    say(`${servers.kills} kills, ${ledger.all.length} acknowledged commands; waiting for what is under way`);
    while (failures.length === 0 && !(await isQuiet(databaseUrl)) && !lateAtMs()) await pause(200);
    const last = await lastPositions(databaseUrl);
    const behind = () => listeners.some((l) => l.at < (last.get(`site:${l.siteId}`) ?? 0));
    while (failures.length === 0 && behind() && !lateAtMs()) await pause(50);
    const truth = { databaseUrl, ledger, journeys, listeners };
    const faults = [
      ...failures.map(
        (error) => `a journey broke: ${error instanceof Error ? error.message : String(error)}`,
      ),
      ...(await faultsOf(truth)),
    ];
    const events = listeners.reduce((sum, l) => sum + l.heard.length, 0);
    const reconnects = listeners.reduce((sum, l) => sum + l.reconnects, 0);
    const ends = await servers.stop();
    if (faults.length > 0) say(servers.complaints.slice(-40).join('\n'));
    return {
      faults,
      kills: servers.kills,
      journeys: journeys.count,
      acknowledged: ledger.all.length,
      unanswered: ledger.lost,
      events,
      reconnects,
      ends,
      truth,
    };
  } finally {
    for (const driver of drivers) driver.phone.close();
    await servers.stop();
    await balancer.close();
    await Promise.all(listeners.map((listener) => listener.close()));
  }
}
