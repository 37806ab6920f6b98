import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aCar, accepted, aPreorder, codeNumber, key, TestLot } from '../core/test-lot.ts';
import { canonicalJson } from './index.ts';

let lot: TestLot;
let visitId = '';
beforeEach(() => {
  lot = new TestLot();
  const visit = lot.arrival(aCar({ preorders: [aPreorder()] }), codeNumber(1), 'bay-1');
  visitId = visit.visitId;
  const pickupId = visit.pickup?.pickupId ?? '';
  accepted(lot.core.pickups.markReady(lot.cashier, { ...key(), pickupId }));
  accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check: 'A17' }));
});
afterEach(() => lot.close());

/** As somebody with the file and a SQLite shell. */
function tamper(sql: string): void {
  lot.core.close();
  const db = new Database(`${lot.dir}/station.sqlite`);
  db.exec('DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete;');
  db.exec(sql);
  db.close();
  lot.restart();
}

describe('the journal', () => {
  it('tells the whole story of a visit: what, who, when and at which kiosk', () => {
    const got = lot.core.visits.get(visitId);
    const story = got.ok ? got.value.story : [];
    expect(story.map((e) => e.kind)).toEqual([
      'visit-opened',
      'visit-arrived',
      'pickup-ready',
      'handed-over',
    ]);
    expect(story.at(-1)).toMatchObject({
      atMs: lot.clock.nowMs(),
      person: { displayName: 'Mina', role: 'cashier' },
      kioskId: 'kiosk-1',
      details: { number: 'A17' },
    });
    expect(story[0]?.person).toBe(null);
  });

  it('is read newest first, page by page', () => {
    const first = lot.core.log.journal({ beforeSequence: null, limit: 2 });
    expect(first.unbroken).toBe(true);
    expect(first.entries.map((e) => e.kind)).toEqual(['handed-over', 'pickup-ready']);
    const next = lot.core.log.journal({ beforeSequence: first.entries.at(-1)?.sequence ?? 0, limit: 1 });
    expect(next.entries.map((e) => e.kind)).toEqual(['visit-arrived']);
  });

  it.each([
    ['a changed row', "UPDATE journal SET details = '{}' WHERE kind = 'handed-over'", 'a row was changed'],
    ['a changed person', "UPDATE journal SET person = NULL WHERE kind = 'pickup-ready'", 'a row was changed'],
    ['a removed row', "DELETE FROM journal WHERE kind = 'pickup-ready'", 'a row is missing'],
    ['a cut-off end', "DELETE FROM journal WHERE kind = 'handed-over'", 'the end was cut off'],
    [
      'a row slipped in',
      'INSERT INTO journal SELECT sequence + 1, at_ms, kind, visit_id, person, kiosk_id, details, hash FROM journal ORDER BY sequence DESC LIMIT 1',
      'a row was changed',
    ],
  ])('shows %s', (_what, sql, reason) => {
    expect(lot.core.log.verifyJournal().unbroken).toBe(true);
    tamper(sql);
    expect(lot.core.log.verifyJournal()).toMatchObject({ unbroken: false, reason });
    expect(lot.core.log.journal({ beforeSequence: null, limit: 5 }).unbroken).toBe(false);
  });
});

describe('a journal that is changed while the station runs', () => {
  it('is noticed at once by the full check, and by the pages shown within ten minutes', () => {
    const unbroken = () => lot.core.log.journal({ beforeSequence: null, limit: 1 }).unbroken;
    expect(unbroken()).toBe(true);
    const other = new Database(`${lot.dir}/station.sqlite`);
    other.exec("DROP TRIGGER journal_no_update; UPDATE journal SET at_ms = 1 WHERE kind = 'pickup-ready'");
    other.close();
    lot.clock.advance(600_000);
    expect(unbroken()).toBe(false);
    expect(unbroken()).toBe(false);
    expect(lot.core.log.verifyJournal().unbroken).toBe(false);
  });
});

describe('canonical JSON', () => {
  it('is the same text for the same value, whatever the order of its keys', () => {
    expect(canonicalJson({ b: 1, a: [{ d: null, c: 'x' }], u: undefined })).toBe(
      '{"a":[{"c":"x","d":null}],"b":1}',
    );
  });

  it('is JSON of the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
