import { describe, expect, it } from 'vitest';
import { fakePickup, fakeRefuel, fakeSite, fakeVisit } from '../../dev/fake-lot.ts';
import { en } from '../../words/en.ts';
import { formatsFor, type Locale, type Spoken } from '../../words/index.ts';
import { ko } from '../../words/ko.ts';
import { cardName } from './card-name.ts';

const nowMs = Date.UTC(2026, 10, 21, 5, 0);
const speak = (locale: Locale): Spoken => ({
  locale,
  w: { en, ko }[locale],
  format: formatsFor(locale, 'Asia/Seoul'),
});

const waiting = fakeVisit(nowMs, {
  plateTail: '3456',
  laneId: 'bay-2',
  vehicle: { model: 'Sonata', color: 'grey', fuel: 'gasoline' },
  arrivedAtMs: nowMs - 192_000,
  pickup: fakePickup('A17'),
});

describe('a card’s name', () => {
  it('tells plate, model, colour, lane, state and waiting time in words', () => {
    expect(cardName(waiting, fakeSite, nowMs, speak('en'))).toBe(
      'Plate ending 3456, Sonata, grey, Bay 2, preorder A17: Ready, waiting for 3 minutes',
    );
    expect(cardName(waiting, fakeSite, nowMs, speak('ko'))).toBe(
      '차량번호 뒤 4자리 3456, 쏘나타, 회색, 2번 픽업, 선주문 A17번 준비됨, 3분째 대기 중',
    );
  });

  it('is the same for a whole minute', () => {
    const names = Array.from({ length: 48 }, (_, seconds) =>
      cardName(waiting, fakeSite, nowMs + seconds * 1_000, speak('en')),
    );
    expect(new Set(names).size).toBe(1);
    expect(cardName(waiting, fakeSite, nowMs + 48_000, speak('en'))).toContain('waiting for 4 minutes');
  });

  it('tells a refuel and an engine that is off', () => {
    const refuel = fakeRefuel(nowMs, { state: 'awaiting-approval' });
    const visit = { ...waiting, laneId: 'pump-4', presence: 'parked' as const, pickup: null, refuel };
    expect(cardName(visit, fakeSite, nowMs, speak('en'))).toContain(
      'Pump 4, refuel: Waiting for approval, engine off, waiting for 3 minutes',
    );
  });

  it('tells when a car on its way will be here, as its driver said, and no lane', () => {
    const visit = {
      ...waiting,
      presence: 'approaching' as const,
      knownBy: 'phone' as const,
      laneId: null,
      arrivedAtMs: null,
      pickup: fakePickup('A18', { expectedAtMs: nowMs + 240_000 }),
    };
    expect(cardName(visit, fakeSite, nowMs, speak('ko'))).toBe(
      '차량번호 뒤 4자리 3456, 쏘나타, 회색, 선주문 A18번 준비됨, 약 4분 후',
    );
  });

  it('says nothing of a wait that is over', () => {
    const visit = { ...waiting, closed: { how: 'left-without-service' as const, atMs: nowMs } };
    const name = cardName(visit, fakeSite, nowMs, speak('en'));
    expect(name).toContain('Left without service');
    expect(name).not.toContain('waiting');
  });
});
