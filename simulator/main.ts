/**
 * The simulated lot as a process.
 *
 *   node simulator/main.ts --server-url URL --site-id ID [--scenario demo|none] [--seed N]
 *                          [--control-port N] [--commands FILE] [--time-scale N] [--ambient N]
 *                          [--site-seed N] [--walk FILE]
 *
 * --walk keeps in FILE what an installer's walk over this very lot sounded like at its receivers (scenarios/walk.ts),
 * for a station that begins with it (--demo-walk). The same --site-seed is the same lot, whoever drives there.
 *
 * Says one JSON line on standard output when it is ready:
 *   {"simulator":{"controlUrl":"http://127.0.0.1:…","receivers":{"entrance":"hci-uart:tcp:127.0.0.1:…",…}}}
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { systemClock } from '../shared/domain/index.ts';
import { followCommandFile, serveControlApi } from './control/index.ts';
import { Lot, place } from './lot/index.ts';
import { phonesOf } from './phone/index.ts';
import { runDemo } from './scenarios/demo.ts';
import { moved, walkLot } from './scenarios/walk.ts';
import { TcpWire } from './wires/index.ts';

const log = (text: string) => process.stderr.write(`simulator: ${text}\n`);

const { values } = parseArgs({
  options: {
    'server-url': { type: 'string' },
    'site-id': { type: 'string' },
    scenario: { type: 'string', default: 'none' },
    seed: { type: 'string' },
    'site-seed': { type: 'string' },
    walk: { type: 'string' },
    'control-port': { type: 'string', default: '0' },
    commands: { type: 'string' },
    'time-scale': { type: 'string', default: '1' },
    ambient: { type: 'string', default: '2' },
  },
});
const serverUrl = values['server-url'];
const siteId = values['site-id'];
if (serverUrl === undefined || siteId === undefined) {
  log('needs --server-url URL and --site-id ID (the payment server prints both with --demo)');
  process.exit(2);
}
if (values.scenario !== 'demo' && values.scenario !== 'none') {
  log(`there is no scenario ${values.scenario}; demo or none`);
  process.exit(2);
}
const clock = systemClock;
const timeScale = number('time-scale', values['time-scale'], 0.1, 100);
// Without a seed every run has other cars, so that a server which kept its data meets new ones.
const seed =
  values.seed === undefined ? Math.floor(clock.nowMs() / 1000) | 0 : Number.parseInt(values.seed, 10) | 0;

const siteSeed = values['site-seed'] === undefined ? seed : Number.parseInt(values['site-seed'], 10) | 0;
if (values.walk !== undefined) keepWalk(values.walk);

const wires = new Map<string, TcpWire>();
for (const { receiverId } of place.receivers) wires.set(receiverId, await TcpWire.listen());
const lot = new Lot({
  clock,
  seed,
  siteSeed,
  siteId,
  connect: phonesOf(serverUrl),
  wires,
  ambientPerSecond: number('ambient', values.ambient, 0, 50_000),
  timeScale,
});
const control = await serveControlApi(lot, number('control-port', values['control-port'], 0, 65_535));
const stopFollowing =
  values.commands === undefined
    ? () => {}
    : followCommandFile(values.commands, lot, clock, (result) => {
        log(result.ok ? `done ${result.line}` : `refused ${result.line}: ${result.text}`);
      });
const stopDemo = values.scenario === 'demo' ? runDemo({ lot, clock, seed, timeScale, log }) : () => {};

const receivers = Object.fromEntries([...wires].map(([id, wire]) => [id, wire.specification]));
process.stdout.write(`${JSON.stringify({ simulator: { controlUrl: control.url, receivers } })}\n`);

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  stopDemo();
  stopFollowing();
  await control.close();
  await lot.close();
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());

/** As if it had ended a minute ago. */
function keepWalk(file: string): void {
  const laneIds = place.lanes.toSorted((a, b) => b.kind.localeCompare(a.kind)).map(({ laneId }) => laneId);
  const walk = walkLot({ seed: siteSeed, startMs: 0, laneIds });
  const byMs = clock.nowMs() - 60_000 - walk.endedAtMs;
  writeFileSync(file, JSON.stringify(moved(walk, byMs)));
}

function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!(value >= least && value <= most)) {
    log(`--${name} is a number from ${least} to ${most}`);
    process.exit(2);
  }
  return value;
}
