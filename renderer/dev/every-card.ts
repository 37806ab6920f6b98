/** A car in each state that a card on the board can have, for the page that shows them all. */
import { newId } from '../../shared/domain/index.ts';
import type { VisitView } from '../../shared/station-contract/index.ts';
import { chargedLot } from './fake-charges.ts';
import { fakePickup, fakeVisit, fakeVisits, refuelStates } from './fake-lot.ts';

const colleague = {
  staffId: newId(),
  displayName: 'Hana L.',
  role: 'cashier',
  kioskName: 'Counter',
  atMs: 0,
} as const;

/** Cars of which nobody heard a jack: on the way and here, as their drivers said on the phone. */
export function saidByPhone(nowMs: number): VisitView[] {
  const minuteMs = 60_000;
  const onTheWay = (plateTail: string, inMinutes: number, state: 'preparing' | 'ready') =>
    fakeVisit(nowMs, {
      plateTail,
      presence: 'approaching',
      knownBy: 'phone',
      arrivedAtMs: null,
      rssiDbm: null,
      nearness: 0,
      pickup: fakePickup(`B${plateTail.slice(-2)}`, { state, expectedAtMs: nowMs + inMinutes * minuteMs }),
    });
  return [
    onTheWay('3011', 4, 'preparing'),
    onTheWay('3012', 12, 'ready'),
    onTheWay('3013', -0.2, 'ready'),
    onTheWay('3014', -3.5, 'ready'),
    fakeVisit(nowMs, {
      plateTail: '3015',
      laneId: 'bay-2',
      knownBy: 'phone',
      rssiDbm: null,
      arrivedAtMs: nowMs - 1.2 * minuteMs,
      pickup: fakePickup('B15'),
    }),
  ];
}

export function everyCard(nowMs: number): VisitView[] {
  const pickup = (
    plateTail: string,
    changes: Parameters<typeof fakePickup>[1],
    more: Partial<VisitView> = {},
  ) =>
    fakeVisit(nowMs, {
      plateTail,
      laneId: 'bay-3',
      vehicle: { model: 'Casper', color: 'yellow', fuel: null },
      pickup: fakePickup('A31', changes),
      ...more,
    });
  return [
    ...chargedLot(fakeVisits(nowMs), nowMs),
    ...refuelStates(nowMs),
    ...saidByPhone(nowMs),
    pickup('2001', { state: 'cancelled' }),
    pickup('2002', { state: 'ready', sync: 'attention' }),
    pickup('2003', {}, { claimedBy: colleague }),
    pickup('2004', {}, { laneId: null, laneCandidates: ['bay-1', 'bay-2'] }),
    pickup('2005', {}, { laneId: null, knownBy: 'staff' }),
    pickup('2006', {}, { presence: 'departed', closed: { how: 'left-without-service', atMs: nowMs } }),
    fakeVisit(nowMs, { plateTail: '2007', laneId: 'bay-1' }),
  ];
}
