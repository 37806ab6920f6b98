import { describe, expect, it } from 'vitest';
import { fakeCharge } from '../dev/fake-charges.ts';
import { fakePickup, fakeRefuel, fakeSite, fakeVisit, minji } from '../dev/fake-lot.ts';
import { defaultSounds, type Sounds, soundsOf } from '../session/index.ts';
import { paidIds, unclaimedKinds } from './due-rings.ts';

const nowMs = 1_000_000;
const once: Sounds = { ...defaultSounds, bay: { ...defaultSounds.bay, repeat: false } };
const inBay = (more = {}) =>
  fakeVisit(nowMs, {
    plateTail: '3456',
    presence: 'arrived',
    laneId: 'bay-1',
    pickup: fakePickup('A1'),
    ...more,
  });

describe('the arrival sound', () => {
  it('goes on until somebody has taken the car or served it, unless this kiosk rings once', () => {
    const kinds = (visit: ReturnType<typeof inBay>, sounds = defaultSounds) => [
      ...unclaimedKinds([visit], fakeSite, sounds),
    ];
    expect(kinds(inBay())).toEqual(['bay']);
    expect(kinds(inBay(), once)).toEqual([]);
    expect(kinds(inBay({ claimedBy: { ...minji, atMs: nowMs } }))).toEqual([]);
    expect(kinds(inBay({ pickup: fakePickup('A1', { state: 'handed-over' }) }))).toEqual([]);
    expect(kinds(inBay({ presence: 'parked' }))).toEqual(['bay']);
    expect(kinds(inBay({ presence: 'approaching' }))).toEqual([]);
    expect(kinds(inBay({ laneId: 'pump-1' }), once)).toEqual(['pump']);
  });

  it('is what was kept on this machine, or the usual one where that makes no sense', () => {
    expect(soundsOf(null)).toEqual(defaultSounds);
    expect(soundsOf({ bay: { sound: 'siren', volume: 7, repeat: 'yes' } }).bay).toEqual(defaultSounds.bay);
    expect(soundsOf({ pump: { sound: 'knock', volume: 1, repeat: true } }).pump).toEqual({
      sound: 'knock',
      volume: 1,
      repeat: true,
    });
  });
});

describe('money that came in', () => {
  it('is heard once for each charge and each refuel that is paid', () => {
    const charge = { ...fakeCharge(nowMs), state: 'paid' as const };
    const refuel = fakeRefuel(nowMs, { state: 'paid' });
    const waiting = { ...fakeCharge(nowMs), state: 'waiting' as const };
    const visit = inBay({ charges: [charge, waiting], refuel });
    expect(paidIds([visit])).toEqual(new Set([refuel.refuelId, charge.chargeId]));
  });
});
