import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import { aCar, accepted, aPreorder, codeNumber, key, krw, refusedFor, TestLot } from '../core/test-lot.ts';
import { textWithoutPlates } from '../journal/index.ts';

const dayMs = 24 * 3_600_000;

let lot: TestLot;
beforeEach(() => {
  lot = new TestLot();
});
afterEach(() => lot.close());

/** Everything in the data folder that holds one of these texts, as a person with a hex editor finds it. */
function filesHolding(texts: readonly string[]): string[] {
  return readdirSync(lot.dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(lot.dir, name)).isFile())
    .flatMap((name) => {
      const bytes = readFileSync(join(lot.dir, name));
      return texts.filter((text) => bytes.includes(text)).map((text) => `${name}: ${text}`);
    });
}

function closed(visitId: string, reason = ''): void {
  accepted(lot.core.visits.close(lot.manager, { ...key(), visitId, how: 'closed-by-staff', reason }));
}

function checkIn(plate: string): string {
  const input = { plate, laneId: 'bay-1', purpose: 'pickup' as const, pickupNumber: null };
  return accepted(lot.core.visits.checkIn(lot.cashier, { ...key(), ...input })).visitId;
}

/** Without every tick in between. */
const later = (days: number) => lot.clock.skip(days * dayMs);

const keptDays = (retentionDays: number, who = lot.manager) =>
  lot.core.privacy.set(who, { ...key(), retentionDays });

describe('plates after the retention time', () => {
  it('are in no byte of the records: not in a free page, not in the write-ahead log, not in the journal', async () => {
    const plates: string[] = [];
    // Enough cars that pages are split, filled and freed; each is changed several times.
    for (let i = 0; i < 240; i += 1) {
      const plate = `${10 + (i % 90)}가${String(1_000 + i * 37).slice(-4)}`;
      plates.push(plate);
      const car = aCar({
        vehicle: { plate, model: `Model-${i}`, color: `colour-${i}`, fuel: 'gasoline' },
        preorders: [aPreorder({ number: `N${i}` })],
      });
      const visit = lot.arrival(car, codeNumber(i + 1), 'bay-1');
      accepted(lot.core.visits.setLane(lot.cashier, { ...key(), visitId: visit.visitId, laneId: 'pump-1' }));
      closed(visit.visitId, `the driver of ${plate} left`);
      lot.clock.advance(60_000);
    }
    const odd = 'ABC-99 XYZ';
    closed(checkIn(odd), 'abc99xyz stood across two bays');
    lot.sendAll();
    expect(filesHolding([plates[7] ?? '', odd]).length).toBeGreaterThan(0);
    later(91);
    // A new list no longer expects them.
    lot.core.news.expectedList({ version: '2', fromMs: 0, toMs: lot.clock.nowMs() + 1, cars: [], codes: [] });
    await lot.core.privacy.eraseDue();
    const texts = [...plates, odd, 'ABC99XYZ', 'abc99xyz', 'Model-7', 'colour-7', codeNumber(8)];
    // While the station runs, and after it has ended.
    expect(filesHolding(texts)).toEqual([]);
    lot.core.close();
    expect(filesHolding(texts)).toEqual([]);
    lot.restart();
    expect(lot.core.log.verifyJournal().unbroken).toBe(true);
    expect(lot.core.privacy.state()).toMatchObject({ visitsWithPlate: 0, openMarks: 0 });
    const [newest] = lot.core.log.journal({ beforeSequence: null, limit: 1 }).entries;
    expect(newest).toMatchObject({ kind: 'personal-data-erased', person: null, details: { visits: 241 } });
  }, 60_000);

  it('leave the books as they were: visits, amounts, waits, who was missed', async () => {
    const car = aCar({ preorders: [aPreorder()] });
    const visit = lot.arrival(car, codeNumber(1), 'bay-1');
    lot.clock.advance(70_000);
    const pickupId = visit.pickup?.pickupId ?? '';
    lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check: '3456' });
    closed(visit.visitId);
    const query = { fromDay: '2026-11-20', toDay: '2026-11-22', kind: null, payment: null };
    const asked = { ...query, staffId: null, laneId: null, text: '' };
    const before = await lot.core.dailyLog.summary(asked);
    lot.sendAll();
    later(91);
    await lot.core.privacy.eraseDue();
    expect(await lot.core.dailyLog.summary(asked)).toEqual(before);
    const found = lot.core.visits.get(visit.visitId);
    expect(found.ok && found.value).toMatchObject({
      plate: '',
      visit: { plateTail: '', vehicle: { model: '' } },
    });
    expect(found.ok && found.value.story.length).toBeGreaterThan(2);
  });

  it('are no longer found by a search, though the words were in memory', async () => {
    closed(checkIn('12가3456'));
    const search = (text: string) => {
      const day = '2026-11-21';
      const query = {
        fromDay: day,
        toDay: day,
        kind: null,
        payment: null,
        staffId: null,
        laneId: null,
        text,
      };
      const answer = lot.core.dailyLog.rows({ ...query, asOfMs: null, offset: 0, limit: 10 });
      return answer.ok ? answer.value.total : -1;
    };
    await lot.core.dailyLog.readWords();
    expect(search('3456')).toBe(1);
    later(91);
    await lot.core.privacy.eraseDue();
    expect(search('3456')).toBe(0);
    await lot.core.dailyLog.readWords();
    expect(search('3456')).toBe(0);
  });

  it('are kept until then, and as long as a car is here or its mark has not reached the server', async () => {
    const car = aCar({ preorders: [aPreorder()] });
    const here = lot.arrival(car, codeNumber(1), 'bay-1');
    closed(checkIn('77사7777'));
    later(89);
    await lot.core.privacy.eraseDue();
    expect(lot.core.privacy.state().visitsWithPlate).toBe(2);
    later(2);
    await lot.core.privacy.eraseDue();
    const state = lot.core.privacy.state();
    expect(state.visitsWithPlate).toBe(1);
    expect(lot.core.visits.board().map((v) => v.visitId)).toContain(here.visitId);
    // What the server must still hear keeps what it says.
    expect(state.openMarks).toBeGreaterThan(0);
    expect(lot.core.outbox.due(lot.clock.nowMs(), 1)[0]?.payload).not.toEqual({});
  });

  it('go by themselves once a business day, also when the machine slept at that hour', async () => {
    closed(checkIn('12가3456'));
    lot.sendAll();
    expect(keptDays(3).ok).toBe(true);
    await lot.core.privacy.eraseDue();
    expect(lot.core.privacy.state().visitsWithPlate).toBe(1);
    later(4);
    // Nobody asks for it: the station's own hour comes.
    lot.clock.advance(3_600_000);
    await vi.waitFor(() => expect(lot.core.privacy.state().visitsWithPlate).toBe(0), { timeout: 20_000 });
    expect(lot.core.privacy.state().erasedAtMs).toBe(lot.clock.nowMs());
  });

  it('go at once when a manager makes the time shorter, and nobody else does', async () => {
    closed(checkIn('12가3456'));
    later(10);
    await lot.core.privacy.eraseDue();
    expect(refusedFor(keptDays(7, lot.installer))).toBe('FORBIDDEN');
    expect(lot.core.privacy.state().retentionDays).toBe(90);
    expect(keptDays(7).ok).toBe(true);
    await lot.core.privacy.eraseDue();
    expect(lot.core.privacy.state()).toMatchObject({ retentionDays: 7, visitsWithPlate: 0 });
    const entries = lot.core.log.journal({ beforeSequence: null, limit: 2 }).entries;
    expect(entries[1]).toMatchObject({ kind: 'retention-changed', details: { from: 90, to: 7 } });
  });

  it('are taken out of refunds and notes as well, whose amounts stay', async () => {
    const visit = lot.arrival(aCar(), codeNumber(1), 'bay-1');
    const asked = lot.core.charges.request(lot.cashier, {
      ...key(),
      visitId: visit.visitId,
      amountMinor: 12_000,
      note: 'coffee for 12가3456',
      verification: 'jack',
    });
    if (!asked.ok) throw new Error(asked.error.code);
    closed(visit.visitId);
    lot.sendAll();
    later(91);
    await lot.core.privacy.eraseDue();
    expect(filesHolding(['12가3456', 'coffee for'])).toEqual([]);
    const found = lot.core.visits.get(visit.visitId);
    expect(found.ok && found.value.visit.charges).toMatchObject([{ note: null, amount: krw(12_000) }]);
  });

  it('leave no remains in records that were written before this station could erase', () => {
    closed(checkIn('12가3456'));
    lot.core.close();
    const path = join(lot.dir, 'station.sqlite');
    const old = new Database(path);
    old.pragma('secure_delete = OFF');
    old.exec(`INSERT INTO meta VALUES ('remains', '${'12가3456'.repeat(200)}')`);
    old.exec("DELETE FROM meta WHERE key IN ('remains', 'scrubbed')");
    old.exec("UPDATE visits SET plate = 'x', plate_normal = 'x'");
    old.close();
    expect(readFileSync(path).includes('12가3456')).toBe(true);
    lot.restart();
    lot.core.close();
    expect(readFileSync(path).includes('12가3456')).toBe(false);
    lot.restart();
  });
});

describe('what people write into the journal', () => {
  it.each([
    ['12가3456 drove off', null, '···· drove off'],
    ['서울 12가 3456 blocked the way', null, '···· blocked the way'],
    ['123나-4567', null, '····'],
    ['the AB 12-CD again', 'AB12CD', 'the ···· again'],
    ['pump 3, 45,000 won, order A17', '12가3456', 'pump 3, 45,000 won, order A17'],
    ['no plate at all', null, 'no plate at all'],
  ])('%s holds no plate', (text, plate, expected) => {
    expect(textWithoutPlates(text, plate)).toBe(expected);
  });

  it('holds the reason without the plate, and the chain is whole', () => {
    const visitId = checkIn('12가3456');
    closed(visitId, '12가 3456 would not wait');
    const got = lot.core.visits.get(visitId);
    const last = got.ok ? got.value.story.at(-1) : undefined;
    expect(last).toMatchObject({ details: { reason: '···· would not wait' } });
    expect(lot.core.log.verifyJournal().unbroken).toBe(true);
  });

  it('keeps ids as they are', () => {
    const id = newId();
    expect(textWithoutPlates(id, '12가3456')).toBe(id);
  });
});
