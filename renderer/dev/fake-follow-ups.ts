/** Money to give back and cars that left unpaid, in every way in which the station and the server can stand to each other. */
import { newId } from '../../shared/domain/index.ts';
import type { FollowUp, FollowUps } from '../../shared/station-contract/index.ts';

const hourMs = 3_600_000;

export type Told = FollowUps['server']['told'] | 'nothing-open';

type Sides = Pick<FollowUp, 'kind' | 'state' | 'here' | 'there'> & Partial<FollowUp> & { hours: number };

const sides: Sides[] = [
  { kind: 'release', state: 'missing-here', here: null, there: 'releasing', hours: 5, asks: 2 },
  { kind: 'release', state: 'missing-there', here: 'held', there: null, hours: 4 },
  { kind: 'drive-off', state: 'different', here: 'unpaid', there: 'settled-by-driver', hours: 3 },
  { kind: 'drive-off', state: 'missing-there', here: 'unpaid', there: null, hours: 0.2, onItsWay: true },
  { kind: 'release', state: 'matched', here: 'releasing', there: 'releasing', hours: 30.5, asks: 7 },
  { kind: 'drive-off', state: 'matched', here: 'unpaid', there: 'unpaid', hours: 20 },
  { kind: 'release', state: 'not-begun', here: 'held', there: null, hours: 1.5 },
];

export function fakeFollowUps(
  visits: readonly { visitId: string; plateTail: string }[],
  told: Told,
): FollowUps {
  const nowMs = Date.now();
  if (told === 'nothing-open') return { lines: [], server: { told: 'now' } };
  const server = told === 'before' ? { told, atMs: nowMs - 40 * 60_000 } : { told };
  const lines = sides
    .filter(({ here }) => told !== 'never' || here !== null)
    .map(({ hours, ...line }, i) => ({
      paymentRequestId: newId(),
      doneThereAtMs: line.there === 'settled-by-driver' ? nowMs - 2 * hourMs : null,
      asks: null,
      amount: { amountMinor: 100_000 - i * 10_000, currency: 'KRW' },
      sinceMs: nowMs - hours * hourMs,
      visitId: line.here === null ? null : (visits[i % visits.length]?.visitId ?? newId()),
      plateTail: line.here === null ? null : (visits[i % visits.length]?.plateTail ?? ''),
      laneId: line.here === null ? null : 'pump-2',
      onItsWay: false,
      ...line,
      ...(told === 'never' ? { state: 'not-compared' as const, there: null, asks: null } : {}),
    }));
  return { lines, server };
}
