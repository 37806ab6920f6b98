import { describe, expect, it } from 'vitest';
import type { HeldReservation } from '../../shared/station-contract/index.ts';
import type { ServerFollowUps } from '../core/types.ts';
import type { RefuelHere, VisitHere } from './follow-up-store.ts';
import { type FollowUpInput, joinFollowUps } from './follow-ups.ts';

const hourMs = 3_600_000;
const nowMs = Date.UTC(2026, 10, 20, 9);
const amount = { amountMinor: 50_000, currency: 'KRW' };

const held = (state: HeldReservation['state'], hours: number): HeldReservation => ({
  visitId: 'visit',
  plateTail: '3456',
  laneId: 'pump-1',
  paymentRequestId: 'request',
  maximum: amount,
  state,
  askedAtMs: nowMs - hours * hourMs,
  closedAtMs: nowMs - hours * hourMs,
});
const release = (state: 'open' | 'released'): ServerFollowUps['releases'][number] => ({
  paymentRequestId: 'request',
  visitId: 'visit',
  amount,
  reason: null,
  state,
  dueSinceMs: nowMs - hourMs,
  releasedAtMs: state === 'released' ? nowMs - 1_000 : null,
  asks: 2,
  proof: null,
});
const refuel = (state: RefuelHere['state']): RefuelHere => ({
  refuelId: 'refuel',
  visitId: 'visit',
  plateTail: '3456',
  laneId: 'pump-1',
  state,
  ...amount,
  paymentRequestId: 'request',
  completedAtMs: nowMs - hourMs,
});
const driveOff = (how: 'driver' | 'otherwise' | null): ServerFollowUps['driveOffs'][number] => ({
  refuelId: 'refuel',
  visitId: 'visit',
  paymentRequestId: 'request',
  amount,
  leftAtMs: nowMs - hourMs,
  settled: how === null ? null : { how, atMs: nowMs - 1_000 },
});
const visit = (state: NonNullable<VisitHere['reservation']>['state']): VisitHere => ({
  visitId: 'visit',
  plateTail: '3456',
  laneId: 'pump-1',
  reservation: { paymentRequestId: 'request', maximum: amount, state },
});

interface Sides {
  here?: Partial<Pick<FollowUpInput, 'held' | 'driveOffs'>>;
  /** What the records hold of it, although it is not open here. */
  known?: VisitHere | RefuelHere;
  there?: Partial<ServerFollowUps> | null;
  onItsWay?: true;
}

function joined({ here, known, there = {}, onItsWay }: Sides) {
  return joinFollowUps({
    nowMs,
    held: [],
    driveOffs: [],
    ...here,
    books: {
      visit: () => (known !== undefined && 'reservation' in known ? known : null),
      refuel: () => (known !== undefined && 'refuelId' in known ? known : null),
    },
    told: there === null ? null : { atMs: nowMs, releases: [], driveOffs: [], ...there },
    onItsWay: () => onItsWay === true,
  });
}

describe('money to give back, here and at the server', () => {
  it.each<[string, Sides, object | null]>([
    [
      'agrees while both give it back',
      { here: { held: [held('releasing', 1)] }, there: { releases: [release('open')] } },
      { state: 'matched', here: 'releasing', there: 'releasing', asks: 2 },
    ],
    [
      'is at odds where the server has done it and the site has not heard',
      { here: { held: [held('releasing', 1)] }, there: { releases: [release('released')] } },
      { state: 'different', here: 'releasing', there: 'released', doneThereAtMs: nowMs - 1_000 },
    ],
    [
      'is not begun while the server has time',
      { here: { held: [held('held', 2)] } },
      { state: 'not-begun', here: 'held', there: null },
    ],
    [
      'is missing there once the server should have begun',
      { here: { held: [held('held', 4)] } },
      { state: 'missing-there', here: 'held', there: null },
    ],
    [
      'is missing here where the station knows nothing of it',
      { there: { releases: [release('open')] } },
      { state: 'missing-here', here: null, there: 'releasing', visitId: null, plateTail: null },
    ],
    [
      'is at odds where the site thinks it done',
      { known: visit('released'), there: { releases: [release('open')] } },
      { state: 'different', here: 'released', there: 'releasing', plateTail: '3456' },
    ],
    [
      'is at odds where it was used here',
      { known: visit('captured'), there: { releases: [release('open')] } },
      { state: 'different', here: 'nothing-open' },
    ],
    ['is left out once both call it done', { there: { releases: [release('released')] } }, null],
    [
      'is not compared as long as the server has never told',
      { here: { held: [held('held', 4)] }, there: null },
      { state: 'not-compared', here: 'held', there: null },
    ],
  ])('%s', (_, sides, line) => {
    expect(joined(sides)).toMatchObject(line === null ? [] : [{ kind: 'release', ...line }]);
    expect(joined(sides)).toHaveLength(line === null ? 0 : 1);
  });
});

describe('a car that left unpaid, here and at the server', () => {
  it.each<[string, Sides, object | null]>([
    [
      'agrees while it is unpaid',
      { here: { driveOffs: [refuel('drive-off')] }, there: { driveOffs: [driveOff(null)] } },
      { state: 'matched', here: 'unpaid', there: 'unpaid' },
    ],
    [
      'is at odds where the driver paid after all',
      { here: { driveOffs: [refuel('drive-off')] }, there: { driveOffs: [driveOff('driver')] } },
      { state: 'different', here: 'unpaid', there: 'settled-by-driver', doneThereAtMs: nowMs - 1_000 },
    ],
    [
      'is at odds where it is settled here and not there, and says when that is on its way',
      { known: refuel('settled-otherwise'), there: { driveOffs: [driveOff(null)] }, onItsWay: true },
      { state: 'different', here: 'settled', there: 'unpaid', onItsWay: true },
    ],
    [
      'is missing there where the server was never told',
      { here: { driveOffs: [refuel('drive-off')] } },
      { state: 'missing-there', here: 'unpaid', there: null, onItsWay: false },
    ],
    [
      'is missing here where the station knows nothing of it',
      { there: { driveOffs: [driveOff(null)] } },
      { state: 'missing-here', here: null, there: 'unpaid' },
    ],
    ['is left out once both call it settled', { there: { driveOffs: [driveOff('otherwise')] } }, null],
  ])('%s', (_, sides, line) => {
    expect(joined(sides)).toMatchObject(line === null ? [] : [{ kind: 'drive-off', ...line }]);
    expect(joined(sides)).toHaveLength(line === null ? 0 : 1);
  });
});

it('what somebody must look at stands before what goes by itself', () => {
  const lines = joined({
    here: { held: [held('held', 1)], driveOffs: [refuel('drive-off')] },
    there: { releases: [{ ...release('open'), dueSinceMs: nowMs - 60_000, paymentRequestId: 'other' }] },
  });
  expect(lines.map((line) => line.state)).toEqual(['missing-there', 'missing-here', 'not-begun']);
});
