/**
 * A station core that taps as fast as it can and prints each tap's number once its command has
 * returned success, until somebody kills it. Arguments: data folder, number of the first tap.
 *
 *   tap 4n   car n is checked in        tap 4n+2  its preorder is handed over
 *   tap 4n+1 its preorder is ready      tap 4n+3  its visit is closed
 */
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { systemClock } from '../../shared/domain/index.ts';
import type { ExpectedCar } from '../../shared/server-contract/index.ts';
import { type Actor, openCore, type VisitAnswer } from '../../station/core/index.ts';

/** A UUID that is always the same for the same words: a tap that is tried again has its old key. */
export function idOf(words: string): string {
  const hex = createHash('sha256').update(words).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export const plateOf = (car: number): string => `12가${String(car).padStart(4, '0')}`;

function expectedCarOf(car: number): ExpectedCar {
  return {
    jackId: idOf(`jack ${car}`),
    vehicle: { plate: plateOf(car), model: 'Ioniq 5', color: 'white', fuel: 'gasoline' },
    codeBehaviour: 'static',
    preorders: [
      {
        preorderId: idOf(`preorder ${car}`),
        number: `A${car}`,
        items: [
          {
            itemId: idOf(`item ${car}`),
            name: 'Americano',
            nameKo: null,
            quantity: 1,
            options: [],
            unitAmountMinor: 4500,
            available: true,
          },
        ],
        paid: { amountMinor: 4500, currency: 'KRW' },
        payment: 'held',
        state: 'open',
        createdAtMs: 1,
        promisedAtMs: null,
      },
    ],
    reservation: null,
  };
}

function main(dataDir: string, firstTap: number): void {
  const opened = openCore({ dataDir, clock: systemClock });
  if (!opened.ok) throw new Error(opened.error.message);
  const core = opened.value;
  const actor: Actor = {
    person: { staffId: idOf('soo'), displayName: 'Soo', role: 'manager' },
    kioskId: 'kiosk-1',
  };
  const firstCar = Math.floor(firstTap / 4);
  core.news.expectedList({
    version: '1',
    fromMs: 0,
    toMs: 1,
    cars: Array.from({ length: 200 }, (_, i) => expectedCarOf(firstCar + i)),
    codes: [],
  });
  const tell = (line: string) => writeSync(1, `${line}\n`);
  tell('ready');
  for (let tap = firstTap; ; tap++) {
    const car = Math.floor(tap / 4);
    const key = { idempotencyKey: idOf(`tap ${tap}`) };
    const visit = core.visits.board().find((v) => v.plateTail === plateOf(car).slice(-4));
    const visitId = visit?.visitId ?? idOf('the visit is closed: the key alone must answer');
    const pickupId = visit?.pickup?.pickupId ?? visitId;
    let answer: VisitAnswer;
    switch (tap % 4) {
      case 0:
        answer = core.visits.checkIn(actor, {
          ...key,
          plate: plateOf(car),
          laneId: null,
          purpose: 'pickup',
          pickupNumber: `A${car}`,
        });
        break;
      case 1:
        answer = core.pickups.markReady(actor, { ...key, pickupId });
        break;
      case 2:
        answer = core.pickups.handOver(actor, { ...key, pickupId, check: null });
        break;
      default:
        answer = core.visits.close(actor, { ...key, visitId, how: 'closed-by-staff', reason: '' });
    }
    // Its visit is off the board: the first try was committed, and its retry names what it cannot find.
    const doneBefore =
      !answer.ok && answer.error.code === 'REFUSED' && answer.error.reason === 'idempotency-key-reused';
    if (!answer.ok && !doneBefore) throw new Error(`tap ${tap}: ${JSON.stringify(answer.error)}`);
    tell(`tap ${tap}`);
  }
}

const [, script, dataDir, firstTap] = process.argv;
if (script?.endsWith('kill9-core-child.ts') && dataDir !== undefined) main(dataDir, Number(firstTap));
