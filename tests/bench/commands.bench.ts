/**
 * Durable commands per second: what the station does for one tap (role, idempotency, rules, state,
 * journal with its hash chain, outbox, answer, fsync), against a bare better-sqlite3 that commits one
 * small row with the same `synchronous=FULL`. Both in the same folder, in turns car by car, medians:
 * a disk that others keep busy stalls both alike. Measured twice: on the disk of the temporary folder, and
 * where a flush costs nothing (a disk in memory, if there is one), where only the computing counts.
 *
 *   node tests/bench/commands.bench.ts [--json]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type BeaconCode, newId, parseBeaconCode, systemClock } from '../../shared/domain/index.ts';
import type { Preorder } from '../../shared/schemas/index.ts';
import type { ExpectedCar } from '../../shared/server-contract/index.ts';
import type { Person } from '../../shared/station-contract/index.ts';
import { type Actor, type Core, openCore, type VisitAnswer } from '../../station/core/index.ts';

const rounds = 10;
const carsPerRound = 60;
/** Until V8 has compiled what a station that runs for weeks has long compiled. */
const warmUpRounds = 5;
const goal = 0.5;

const manager: Person = { staffId: newId(), displayName: 'Soo', role: 'manager' };
const actor: Actor = { person: manager, kioskId: 'kiosk-1' };
const key = () => ({ idempotencyKey: newId() });

function codeNumber(n: number): BeaconCode {
  const code = parseBeaconCode(`eddystone-uid:${n.toString(16).padStart(32, '0')}`);
  if (code === null) throw new Error('not a code');
  return code;
}

function carNumber(n: number): ExpectedCar {
  const preorder: Preorder = {
    preorderId: newId(),
    number: `A${n}`,
    items: [
      {
        itemId: newId(),
        name: 'Americano',
        nameKo: '아메리카노',
        quantity: 2,
        options: ['ice'],
        unitAmountMinor: 4500,
        available: true,
      },
      {
        itemId: newId(),
        name: 'Bagel',
        nameKo: '베이글',
        quantity: 1,
        options: [],
        unitAmountMinor: 3900,
        available: true,
      },
    ],
    paid: { amountMinor: 12_900, currency: 'KRW' },
    payment: 'held',
    state: 'open',
    createdAtMs: Date.now(),
    promisedAtMs: null,
  };
  const plate = `12가${String(n % 10_000).padStart(4, '0')}`;
  return {
    jackId: newId(),
    vehicle: { plate, model: 'Ioniq 5', color: 'white', fuel: 'gasoline' },
    codeBehaviour: 'static',
    preorders: [preorder],
    reservation: null,
  };
}

let carsSoFar = 0;

/** Not measured: the cars of a round arrive. */
function arrivals(core: Core): Array<{ visitId: string; pickupId: string; number: string }> {
  const first = carsSoFar;
  carsSoFar += carsPerRound;
  const cars = Array.from({ length: carsPerRound }, (_, i) => ({
    car: carNumber(first + i),
    code: codeNumber(first + i),
  }));
  core.news.expectedList({
    version: newId(),
    fromMs: 0,
    toMs: Date.now() + 3_600_000,
    cars: cars.map((c) => c.car),
    codes: cars.map(({ car, code }) => ({ code, jackId: car.jackId, validFromMs: null, validToMs: null })),
  });
  const nowMs = Date.now();
  for (const { code } of cars) {
    core.visits.applyPresence({
      code,
      state: 'arrived',
      laneId: 'bay-1',
      firstHeardAtMs: nowMs,
      arrivedAtMs: nowMs,
      lastHeardAtMs: nowMs,
      rssiDbm: -60,
      atMs: nowMs,
      why: { rule: 'stronger-in-lane', sinceMs: nowMs, levels: [], marginDb: null },
    });
  }
  return core.visits
    .board()
    .map((v) => ({ visitId: v.visitId, pickupId: v.pickup?.pickupId ?? '', number: v.pickup?.number ?? '' }));
}

function done(answer: VisitAnswer): Extract<VisitAnswer, { ok: true }>['value']['visit'] {
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value.visit;
}

/** The taps of one car's stay. @returns how many. */
function tapsOf(core: Core, car: { visitId: string; pickupId: string; number: string }): number {
  const { visitId, pickupId } = car;
  done(core.visits.claim(actor, { ...key(), visitId }));
  done(core.pickups.markReady(actor, { ...key(), pickupId }));
  done(core.pickups.handOver(actor, { ...key(), pickupId, check: car.number }));
  const started = done(core.refuels.start(actor, { ...key(), visitId, laneId: 'pump-1', digits: null }));
  const refuelId = started.refuel?.refuelId ?? '';
  const amount = { volumeMl: null, amountMinor: 50_000, fuelMismatchConfirmed: false };
  done(core.refuels.complete(actor, { ...key(), refuelId, laneId: 'pump-1', gradeId: 'g', ...amount }));
  done(core.refuels.settleOtherwise(actor, { ...key(), refuelId, tender: 'cash', reason: 'phone off' }));
  done(core.visits.close(actor, { ...key(), visitId, how: 'closed-by-staff', reason: '' }));
  return 7;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function measure(bench: string, folder: string): void {
  const dir = mkdtempSync(join(folder, 'commands-bench-'));
  try {
    const opened = openCore({ dataDir: join(dir, 'station'), clock: systemClock });
    if (!opened.ok) throw new Error(opened.error.message);
    const core = opened.value;
    core.settings.seedSite({
      lanes: [
        { laneId: 'bay-1', kind: 'bay', number: 1, name: null },
        { laneId: 'pump-1', kind: 'pump', number: 1, name: null },
      ],
      grades: [
        { gradeId: 'g', name: 'Gasoline', nameKo: '휘발유', fuel: 'gasoline', unitPriceMilli: 1_534_000 },
      ],
    });

    const bare = new Database(join(dir, 'bare.sqlite'));
    bare.pragma('journal_mode = WAL');
    bare.pragma('synchronous = FULL');
    bare.exec(
      'CREATE TABLE taps (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, what TEXT NOT NULL) STRICT',
    );
    const insert = bare.prepare('INSERT INTO taps (at_ms, what) VALUES (?, ?)');

    const ours: number[] = [];
    const peers: number[] = [];
    /** Of each car's taps and the commits right after them. */
    const ratios: number[] = [];
    for (let round = -warmUpRounds; round < rounds; round++) {
      const cars = arrivals(core);
      for (const car of cars) {
        const oursStart = performance.now();
        const taps = tapsOf(core, car);
        const oursMs = performance.now() - oursStart;

        const peerStart = performance.now();
        for (let i = 0; i < taps; i++) insert.run(Date.now(), `handed over ${i} to a car at bay 1`);
        const peerMs = performance.now() - peerStart;
        if (round < 0) continue;
        ours.push((taps / oursMs) * 1000);
        peers.push((taps / peerMs) * 1000);
        ratios.push(peerMs / oursMs);
      }
    }
    const check = core.log.verifyJournal();
    if (!check.unbroken) throw new Error('the journal broke');
    core.close();
    bare.close();

    const line = {
      bench,
      ours: Math.round(median(ours)),
      peer: 'better-sqlite3 bare commits',
      peerValue: Math.round(median(peers)),
      ratio: Number(median(ratios).toFixed(3)),
      unit: 'commands/s',
      goal,
    };
    console.log(JSON.stringify(line));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

measure('commands', tmpdir());
const inMemory = '/dev/shm';
if (existsSync(inMemory)) measure('commands-free-flush', inMemory);
