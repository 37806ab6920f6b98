import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SiteSettings } from '../../shared/station-contract/index.ts';
import { aCar, accepted, codeNumber, key, refusedFor, TestLot } from './test-lot.ts';

let lot: TestLot;
beforeEach(() => {
  lot = new TestLot();
});
afterEach(() => lot.close());

const change = (changes: Partial<SiteSettings>) =>
  lot.core.settings.updateSite(lot.installer, { ...key(), changes });
const without = (laneId: string) => lot.core.settings.site().lanes.filter((lane) => lane.laneId !== laneId);
const enrol = () =>
  lot.core.settings.keepEnrolment(
    null,
    {
      serverUrl: 'https://pay.example',
      credential: 'c',
      site: {
        siteId: '019a0000-0000-7000-8000-000000000001',
        name: 'S',
        nameKo: null,
        currency: 'KRW',
        timeZone: 'Asia/Seoul',
        approvalMode: 'reserve-at-arrival',
        reservationMaximumMinor: null,
        jackRequiredFromMinor: 30_000,
      },
    },
    null,
  );

describe('two who change the site at once', () => {
  const save = (actor: typeof lot.manager, changes: Partial<SiteSettings>, seen: Partial<SiteSettings>) =>
    lot.core.settings.updateSite(actor, { ...key(), changes, seen });

  it('the later save of the same thing is refused with who was first, and nothing is changed', () => {
    const seen = { lanes: lot.core.settings.site().lanes };
    const first = { ...key(), changes: { lanes: without('pump-1') }, seen };
    expect(lot.core.settings.updateSite(lot.manager, first).ok).toBe(true);
    const late = save(lot.installer, { lanes: without('bay-1'), name: 'Late' }, { ...seen, name: 'Before' });
    expect(late).toEqual({
      ok: false,
      error: { code: 'REFUSED', reason: 'changed-meanwhile', by: lot.manager.person },
    });
    expect(lot.core.settings.site().lanes.map(({ laneId }) => laneId)).not.toContain('pump-1');
    expect(lot.core.settings.site().name).not.toBe('Late');
    const again = { lanes: lot.core.settings.site().lanes };
    expect(save(lot.installer, { lanes: without('bay-1') }, again).ok).toBe(true);
    // The first save, sent once more under its key, is still that one save.
    expect(lot.core.settings.updateSite(lot.manager, first).ok).toBe(true);
    expect(lot.core.settings.site().lanes.map(({ laneId }) => laneId)).not.toContain('bay-1');
  });

  it('two different things are both kept, and the same twice is no quarrel', () => {
    const { amberAfterMs, redAfterMs } = lot.core.settings.site();
    expect(save(lot.manager, { redAfterMs: redAfterMs + 5_000 }, { redAfterMs }).ok).toBe(true);
    expect(save(lot.installer, { amberAfterMs: amberAfterMs + 1_000 }, { amberAfterMs }).ok).toBe(true);
    expect(save(lot.installer, { amberAfterMs: amberAfterMs + 1_000 }, { amberAfterMs }).ok).toBe(true);
    expect(refusedFor(save(lot.manager, { amberAfterMs: amberAfterMs + 2_000 }, { amberAfterMs }))).toBe(
      'changed-meanwhile',
    );
    expect(lot.core.settings.site()).toMatchObject({
      amberAfterMs: amberAfterMs + 1_000,
      redAfterMs: redAfterMs + 5_000,
    });
  });

  it('names nobody where the payment server changed it', () => {
    const { name } = lot.core.settings.site();
    save(lot.manager, { name: 'By the manager' }, { name });
    enrol();
    const late = save(lot.installer, { name: 'Late' }, { name: 'By the manager' });
    expect(late).toEqual({ ok: false, error: { code: 'REFUSED', reason: 'changed-meanwhile' } });
  });
});

describe('changing the site', () => {
  it('keeps a lane while a car stands in it, and lets it go afterwards', () => {
    const visit = lot.arrival(aCar(), codeNumber(1), 'pump-1');
    expect(refusedFor(change({ lanes: without('pump-1') }))).toBe('lane-in-use');
    const asBay = lot.core.settings
      .site()
      .lanes.map((lane) => (lane.laneId === 'pump-1' ? { ...lane, kind: 'bay' as const, number: 9 } : lane));
    expect(refusedFor(change({ lanes: asBay }))).toBe('lane-in-use');
    expect(lot.core.settings.site().lanes).toHaveLength(3);
    expect(change({ lanes: without('pump-2') }).ok).toBe(true);
    accepted(
      lot.core.visits.close(lot.manager, {
        ...key(),
        visitId: visit.visitId,
        how: 'closed-by-staff',
        reason: 'test',
      }),
    );
    expect(change({ lanes: without('pump-1') }).ok).toBe(true);
  });

  it('may rename and renumber a lane that is in use', () => {
    lot.arrival(aCar(), codeNumber(1), 'pump-1');
    const lanes = lot.core.settings
      .site()
      .lanes.map((lane) => (lane.laneId === 'pump-1' ? { ...lane, number: 7, name: 'Seven' } : lane));
    expect(change({ lanes }).ok).toBe(true);
  });

  it('keeps the pump of an open refuel, though the car was heard elsewhere since', () => {
    const visit = lot.arrival(aCar(), codeNumber(1), 'pump-1');
    accepted(
      lot.core.refuels.start(lot.attendant, {
        ...key(),
        visitId: visit.visitId,
        laneId: 'pump-2',
        digits: null,
      }),
    );
    expect(refusedFor(change({ lanes: without('pump-2') }))).toBe('lane-in-use');
  });

  it('knows each lane and grade once', () => {
    const { lanes, grades } = lot.core.settings.site();
    const again = lanes.map((lane) => (lane.laneId === 'pump-2' ? { ...lane, number: 1 } : lane));
    expect(refusedFor(change({ lanes: again }))).toBe('lane-twice');
    expect(refusedFor(change({ grades: [...grades, ...grades] }))).toBe('grade-twice');
  });

  it('takes a new price for the next refuel', () => {
    const grades = lot.core.settings.site().grades.map((g) => ({ ...g, unitPriceMilli: 1_600_500 }));
    expect(change({ grades }).ok).toBe(true);
    expect(lot.core.settings.site().grades[0]?.unitPriceMilli).toBe(1_600_500);
  });

  it('refuses red before amber, and places and money that do not exist', () => {
    expect(refusedFor(change({ amberAfterMs: 60_000, redAfterMs: 60_000 }))).toBe('limits-out-of-order');
    expect(refusedFor(change({ timeZone: 'Asia/Nowhere' }))).toBe('time-zone-unknown');
    expect(refusedFor(change({ currency: 'WON' }))).toBe('currency-unknown');
    expect(change({ timeZone: 'America/New_York', currency: 'USD' }).ok).toBe(true);
  });

  it('takes over from which amount on the jack’s code is required, and leaves it to the payment server', () => {
    expect(change({ jackRequiredFromMinor: 5_000 }).ok).toBe(true);
    enrol();
    expect(lot.core.settings.site().jackRequiredFromMinor).toBe(30_000);
    expect(refusedFor(change({ jackRequiredFromMinor: 0 }))).toBe('set-by-server');
    expect(change({ jackRequiredFromMinor: 30_000, amberAfterMs: 90_000 }).ok).toBe(true);
    const enrolment = lot.core.settings.enrolment();
    if (enrolment === null) throw new Error('not enrolled');
    lot.core.news.site({ ...enrolment.site, jackRequiredFromMinor: null });
    // Offline it goes on with what it last heard.
    lot.restart();
    expect(lot.core.settings.site().jackRequiredFromMinor).toBeNull();
  });

  it('leaves currency and time zone to the payment server once the site is enrolled', () => {
    enrol();
    expect(refusedFor(change({ currency: 'USD' }))).toBe('set-by-server');
    expect(refusedFor(change({ timeZone: 'UTC' }))).toBe('set-by-server');
    expect(change({ currency: 'KRW', undoMs: 10_000 }).ok).toBe(true);
  });
});
