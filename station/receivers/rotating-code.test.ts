/** The radio and the core together, on the bytes of a jack whose code changes every 16 s (Eddystone-EID, K = 4). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReceiverTwins } from '../../drivers/testing/receiver-twins.ts';
import type { ExpectedCar } from '../../shared/server-contract/index.ts';
import { aCar, accepted, aPreorder, codeNumber, key, TestLot } from '../core/test-lot.ts';
import type { ServerAnswer } from '../core/types.ts';
import { Radio } from './radio.ts';

const rotationMs = 16_000;
const answerMs = 800;
const receiverIds = ['entrance', 'bay-1'];

/** How the site learns whose code it is. */
type Known = 'by the expected list' | 'by asking the server';

let lot: TestLot;
let radio: Radio;
let twins: ReceiverTwins;
let car: ExpectedCar;
let changeAtMs = 0;

const code = (atMs: number) =>
  codeNumber(100 + Math.ceil(Math.max(0, atMs - changeAtMs + 1) / rotationMs), 'eddystone-eid');

async function open(known: Known): Promise<void> {
  car = aCar({ codeBehaviour: 'rotating', preorders: [aPreorder({ handoverCheck: 'none' })] });
  lot = new TestLot({
    resolver: {
      askServer: () =>
        new Promise<ServerAnswer>((resolve) => {
          if (known === 'by the expected list') resolve({ kind: 'unknown' });
          else lot.clock.schedule(answerMs, () => resolve({ kind: 'known', car }));
        }),
    },
  });
  if (known === 'by the expected list') {
    lot.expect({ car, codes: Array.from({ length: 60 }, (_, n) => codeNumber(100 + n, 'eddystone-eid')) });
  }
  await start();
}

async function start(): Promise<void> {
  const { clock, core } = lot;
  twins = new ReceiverTwins(clock);
  radio = new Radio({
    receivers: receiverIds.map((receiverId) => twins.named(receiverId)),
    lanes: [{ laneId: 'bay-1', kind: 'bay', number: 1, name: null }],
    chosen: {},
    visits: core.visits,
    clock,
    log: () => undefined,
    onStatus: () => undefined,
    onReceivers: () => undefined,
  });
  radio.start();
  await settle();
  await pass(60_000);
}

const settle = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** Ten hearings a second; levels go evenly from the first to the second. */
async function hear(levels: Record<string, readonly [number, number]>, forMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < forMs; passedMs += 100) {
    for (const [receiverId, [from, to]] of Object.entries(levels)) {
      const dbm = Math.round(from + ((to - from) * passedMs) / forMs);
      twins.hear(receiverId, code(lot.clock.nowMs()), dbm);
    }
    lot.clock.advance(100);
    // Answers of the server come between two hearings.
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
  }
}

/** Nothing is heard; in small steps, for everything has its timers. */
async function pass(forMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < forMs; passedMs += 1_000) lot.clock.advance(1_000);
  await settle();
}

async function comeAndStand(): Promise<void> {
  await hear({ entrance: [-75, -60], 'bay-1': [-90, -75] }, 4_000);
  await hear({ entrance: [-60, -85], 'bay-1': [-75, -58] }, 4_000);
  await stand(4_000);
}
const stand = (forMs: number) => hear({ entrance: [-85, -85], 'bay-1': [-58, -58] }, forMs);
async function leave(): Promise<void> {
  await hear({ entrance: [-85, -58], 'bay-1': [-58, -88] }, 6_000);
  await hear({ entrance: [-58, -92], 'bay-1': [-92, -94] }, 14_000);
}

function handOver(): void {
  const { pickup } = lot.visit();
  if (pickup === null) throw new Error('nothing to hand over');
  const { pickupId } = pickup;
  accepted(lot.core.pickups.markReady(lot.cashier, { ...key(), pickupId }));
  accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check: null }));
}

afterEach(async () => {
  await radio.stop();
  lot.close();
});

describe.each<Known>(['by the expected list', 'by asking the server'])(
  'a jack whose code changes, known %s',
  (known) => {
    beforeEach(() => open(known));

    it('has one visit from its arrival to its departure, and leaves the board when it is heard leaving', async () => {
      changeAtMs = lot.clock.nowMs() + 3_000;
      await comeAndStand();
      const { visitId, arrivedAtMs } = lot.visit();
      expect(lot.visit()).toMatchObject({ presence: 'arrived', laneId: 'bay-1' });
      await stand(3 * rotationMs);
      expect(lot.visit()).toMatchObject({ visitId, presence: 'arrived', arrivedAtMs });
      await leave();
      await pass(60_000);
      expect(lot.visit()).toMatchObject({ visitId, presence: 'departed' });
    });

    it.each([-2_000, 0, 1_000, 2_000, 3_000, 4_000, 6_000, 10_000, 16_000])(
      'has departed for good when the code changes %i ms after it set off',
      async (afterMs) => {
        changeAtMs = lot.clock.nowMs() + 18_000 + afterMs;
        await comeAndStand();
        await stand(6_000);
        await leave();
        await pass(60_000);
        expect(lot.visit().presence).toBe('departed');
        const story = lot.core.visits.get(lot.visit().visitId);
        if (!story.ok) throw new Error('no story');
        const kinds = story.value.story.map((entry) => entry.kind);
        expect(kinds.filter((kind) => kind === 'visit-departed')).toHaveLength(1);
        expect(kinds).not.toContain('visit-reopened');
      },
    );

    it('is the same stay when it fell silent and wakes with another code', async () => {
      changeAtMs = lot.clock.nowMs() + 20_000;
      await comeAndStand();
      const { visitId, arrivedAtMs } = lot.visit();
      await pass(5 * 60_000);
      expect(lot.visit()).toMatchObject({ visitId, presence: 'parked' });
      await stand(5_000);
      expect(lot.visit()).toMatchObject({ visitId, presence: 'arrived', arrivedAtMs });
      await leave();
      await pass(60_000);
      expect(lot.visit()).toMatchObject({ visitId, presence: 'departed' });
    });

    it('starts no second visit while it still stands there after its order was handed over', async () => {
      changeAtMs = lot.clock.nowMs() + 30_000;
      await comeAndStand();
      const { visitId } = lot.visit();
      handOver();
      await pass(10 * 60_000);
      expect(lot.core.visits.board()).toEqual([]);
      await stand(4 * rotationMs);
      expect(lot.core.visits.board()).toEqual([]);
      await leave();
      await pass(60_000);
      expect(lot.core.visits.board()).toEqual([]);
      expect(lot.core.visits.get(visitId).ok).toBe(true);
    });

    it('goes on with its stay after a restart of the station, under a code the station never heard', async () => {
      changeAtMs = lot.clock.nowMs() + 14_000;
      await comeAndStand();
      const { visitId, arrivedAtMs } = lot.visit();
      expect(lot.core.visits.presencesToRestore()).toMatchObject([{ carKey: car.jackId }]);
      await pass(120_000);
      await stand(6_000);
      expect(lot.visit()).toMatchObject({ visitId, presence: 'arrived', arrivedAtMs });
    });
  },
);
