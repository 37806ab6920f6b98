/**
 * A power cut for the station right after a tap reported success, again and again, at random moments:
 * nothing is lost on the board, nothing is doubled at the payment server.
 *
 *   this test ── taps over the station contract ──▶ station (own process, killed with SIGKILL)
 *             ── advertisements over a PTY ───────▶    │ outbox
 *             ◀─ every driver's preorder and money ─ payment server (own process, stays up)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeBeaconFrame } from '../../drivers/frames/index.ts';
import { createPortLine } from '../../drivers/serial/index.ts';
import { VirtualController } from '../../drivers/testing/virtual-controller.ts';
import { openStore, tables } from '../../server/db/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { VisitView } from '../../shared/station-contract/index.ts';
import {
  launchServer,
  launchStation,
  type ServerHandle,
  type StationHandle,
} from '../../tools/launch/programs.ts';
import { type Cable, plugCable } from '../support/pty.ts';
import { order, registerDriver, type TestDriver } from '../support/server-client.ts';
import { type StationClient, type StationConnection, signedIn } from '../support/station-client.ts';
import { withStore } from '../support/store-template.ts';

const rounds = 50;

/** One tap: what is sent, and what the board must show ever after once it answered. */
interface Tap {
  name: string;
  send(api: StationClient): Promise<{ visit: VisitView }>;
  holds(visit: VisitView): boolean;
  answered: boolean;
}

describe('a power cut of the station', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-kill9-'));
  const cars: TestDriver[] = [];
  const preorderIds: string[] = [];
  const controller = new VirtualController({ extendedScanning: false });
  let server: ServerHandle;
  let cable: Cable;
  let station: StationHandle | null = null;
  let connection: StationConnection | null = null;

  const startStation = async () => {
    station = await launchStation({
      dataDir: join(folder, 'station'),
      receivers: { 'bay-1': `hci-uart:${cable.stationEnd}` },
      serverUrl: server.url,
      pairingCode: server.demo?.pairingCode,
      demo: true,
      args: ['--undo-ms', '0'],
    });
    connection = await signedIn(station.url, 'manager');
    return connection.api;
  };
  const powerCut = async () => {
    station?.program.kill('SIGKILL');
    connection?.close();
    await station?.program.exited;
  };
  const find = async (api: StationClient, plate: string): Promise<VisitView | undefined> =>
    (await api.visits.search({ text: plate.slice(-4) })).visits[0];

  beforeAll(async () => {
    // Long enough for every request of the first rounds to be still waiting at the end.
    server = await launchServer({
      dataDir: await withStore(join(folder, 'server')),
      demo: true,
      args: ['--demo-approval-seconds', '3600'],
    });
    for (let index = 0; index < rounds; index++) {
      const car = await registerDriver(server.url, { plate: `12가${1000 + index}` });
      cars.push(car);
      preorderIds.push((await order(car, server.demo?.siteId ?? '')).preorderId);
    }
    cable = await plugCable();
    await controller.attach(createPortLine({ path: cable.deviceEnd }));
  }, 120_000);

  afterAll(async () => {
    connection?.close();
    await station?.program.stop();
    await controller.unplug();
    await cable?.pull();
    await server?.program.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it(`right after a tap that showed success, ${rounds} times: nothing lost, nothing doubled at the server`, async () => {
    let api = await startStation();
    const hear = () => {
      for (const [index, car] of cars.entries()) {
        controller.advertise({
          address: `c0:00:00:00:00:${index.toString(16).padStart(2, '0')}`,
          addressType: 'random',
          data: encodeBeaconFrame(car.code, -20),
          rssiDbm: -45,
        });
      }
    };
    const seenBy = Date.now() + 30_000;
    while (Date.now() < seenBy) {
      hear();
      const seen = await Promise.all(cars.map((car) => find(api, car.plate)));
      if (seen.every((visit) => visit?.pickup && visit.presence === 'arrived')) break;
      await delay(100);
    }

    const refuels: string[] = [];
    for (const [round, car] of cars.entries()) {
      const visit = await find(api, car.plate);
      if (!visit?.pickup) throw new Error(`round ${round}: the car is not on the board`);
      const taps = tapsFor(visit, round);
      // The cut falls at a random moment: often in the very millisecond after an answer, sometimes
      // while a command is on its way.
      const cutAfterTaps = Math.floor(Math.random() * taps.length);
      const cutAfterMs = Math.random() < 0.5 ? 0 : Math.random() * 8;
      let cut: Promise<void> | null = null;
      for (const [index, tap] of taps.entries()) {
        const answer = tap.send(api).then(
          () => {
            tap.answered = true;
          },
          () => {},
        );
        if (index === cutAfterTaps && cutAfterMs > 0) cut = delay(cutAfterMs).then(powerCut);
        await Promise.race([answer, ...(cut ? [cut] : [])]);
        if (index === cutAfterTaps) break;
      }
      await (cut ?? powerCut());
      api = await startStation();
      const after = await find(api, car.plate);
      expect(after, `round ${round}: the visit is still there`).toBeDefined();
      for (const tap of taps) {
        if (tap.answered && after) {
          expect(tap.holds(after), `round ${round}: ${tap.name} answered and is kept`).toBe(true);
        }
      }
      // What was not answered is sent again under its own key, as the kiosk does; so is what was.
      for (const tap of taps)
        expect(tap.holds((await tap.send(api)).visit), `${tap.name} sent again`).toBe(true);
      const finished = await find(api, car.plate);
      expect(finished?.pickup?.state).toBe('handed-over');
      if (finished?.refuel?.paymentRequestId) refuels.push(finished.refuel.paymentRequestId);
    }

    const journal = await api.log.journal({ beforeSequence: null, limit: 1 });
    expect(journal.unbroken, 'the journal is unbroken after all the cuts').toBe(true);
    const handedOver = await journalCount(api, 'handed-over');
    expect(handedOver, 'one hand-over in the journal for each car').toBe(rounds);

    const drainedBy = Date.now() + 30_000;
    let states: string[] = [];
    while (Date.now() < drainedBy) {
      states = await Promise.all(
        cars.map(
          async (car, index) =>
            (await car.phone.phone.getPreorder({ preorderId: preorderIds[index] ?? '' })).preorder.payment,
        ),
      );
      if (states.every((state) => state === 'captured')) break;
      await delay(200);
    }
    expect(states).toEqual(cars.map(() => 'captured'));
    for (const [index, car] of cars.entries()) {
      const { waiting } = await car.phone.phone.approvals({});
      const asked = waiting.filter((request) => request.kind === 'refuel');
      expect(asked.length, `car ${index} is asked for its refuel exactly once`).toBe(index % 5 === 0 ? 1 : 0);
    }
    expect(refuels.length).toBe(cars.filter((_, index) => index % 5 === 0).length);
    expect((await api.log.attention({})).items).toEqual([]);

    // The processor's own book, read behind the server's back: one capture for each preorder.
    await server.program.stop();
    const store = await openStore({ kind: 'folder', dataDir: join(folder, 'server') });
    const moved = await store.db.select().from(tables.sandboxLedger);
    await store.close();
    const captures = moved.filter((row) => row.kind === 'capture');
    expect(captures.length).toBe(rounds);
    expect(new Set(captures.map((row) => row.authorisation)).size, 'each hold captured once').toBe(rounds);
  }, 400_000);

  function tapsFor(visit: VisitView, round: number): Tap[] {
    const pickupId = visit.pickup?.pickupId ?? '';
    const keys = Array.from({ length: 5 }, newId);
    const key = (index: number) => keys[index] ?? newId();
    let refuelId = '';
    const pickup: Tap[] = [
      {
        name: 'claim',
        send: (api) => api.visits.claim({ idempotencyKey: key(0), visitId: visit.visitId }),
        holds: (v) => v.claimedBy !== null || v.pickup?.state === 'handed-over',
        answered: false,
      },
      {
        name: 'mark ready',
        send: (api) => api.pickups.markReady({ idempotencyKey: key(1), pickupId }),
        holds: (v) => v.pickup?.state === 'ready' || v.pickup?.state === 'handed-over',
        answered: false,
      },
      {
        name: 'hand over',
        send: (api) => api.pickups.handOver({ idempotencyKey: key(2), pickupId, check: visit.plateTail }),
        holds: (v) => v.pickup?.state === 'handed-over',
        answered: false,
      },
    ];
    if (round % 5 !== 0) return pickup;
    const refuel: Tap[] = [
      {
        name: 'start refuel',
        async send(api) {
          const pumpNumber = (round / 5) % 4;
          const answer = await api.refuels.start({
            idempotencyKey: key(3),
            visitId: visit.visitId,
            laneId: `pump-${pumpNumber + 1}`,
            digits: visit.plateTail,
          });
          refuelId = answer.visit.refuel?.refuelId ?? '';
          return answer;
        },
        holds: (v) => v.refuel !== null,
        answered: false,
      },
      {
        name: 'complete refuel',
        async send(api) {
          return api.refuels.complete({
            idempotencyKey: key(4),
            refuelId,
            laneId: `pump-${((round / 5) % 4) + 1}`,
            gradeId: 'diesel',
            volumeMl: null,
            amountMinor: 30_000,
            fuelMismatchConfirmed: false,
          });
        },
        holds: (v) => v.refuel?.state === 'awaiting-approval',
        answered: false,
      },
    ];
    return [...refuel, ...pickup];
  }
});

async function journalCount(api: StationClient, kind: string): Promise<number> {
  let count = 0;
  let before: number | null = null;
  for (;;) {
    const { entries } = await api.log.journal({ beforeSequence: before, limit: 200 });
    count += entries.filter((entry) => entry.kind === kind).length;
    const last = entries.at(-1);
    if (last === undefined || entries.length < 200) return count;
    before = last.sequence;
  }
}
