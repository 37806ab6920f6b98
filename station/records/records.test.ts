import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock, newId } from '../../shared/domain/index.ts';
import { aCar, accepted, aPreorder, codeNumber, key, refusedFor, TestLot } from '../core/test-lot.ts';
import { openStationDatabase } from '../db/index.ts';
import { Records } from './index.ts';

let lot: TestLot;
let visitId = '';
let pickupId = '';
beforeEach(() => {
  lot = new TestLot();
  const visit = lot.arrival(aCar({ preorders: [aPreorder()] }), codeNumber(1), 'bay-1');
  visitId = visit.visitId;
  pickupId = visit.pickup?.pickupId ?? '';
  lot.sendAll();
});
afterEach(() => lot.close());

describe('a command that is sent twice under one key', () => {
  it('happens once and answers the same', () => {
    const input = { idempotencyKey: newId(), pickupId, check: '3456' };
    const first = lot.core.pickups.handOver(lot.cashier, input);
    const entries = lot.core.log.verifyJournal().entries;
    lot.clock.advance(5_000);
    const told: string[] = [];
    lot.core.onVisitChanged((v) => told.push(v.visitId));
    expect(lot.core.pickups.handOver(lot.cashier, { ...input })).toEqual(first);
    expect(lot.core.log.verifyJournal().entries).toBe(entries);
    expect(told).toEqual([]);
    lot.clock.advance(60_000);
    expect(lot.sendAll()).toEqual(['preorder-handed-over']);
  });

  it('answers the same after a restart', () => {
    const input = { idempotencyKey: newId(), visitId };
    const first = lot.core.visits.claim(lot.cashier, input);
    lot.restart();
    expect(lot.core.visits.claim(lot.cashier, input)).toEqual(first);
  });

  it('is refused when it asks for something else, or for somebody else', () => {
    const idempotencyKey = newId();
    accepted(lot.core.visits.claim(lot.cashier, { idempotencyKey, visitId }));
    expect(refusedFor(lot.core.visits.release(lot.cashier, { idempotencyKey, visitId }))).toBe(
      'idempotency-key-reused',
    );
    expect(refusedFor(lot.core.visits.claim(lot.cashier, { idempotencyKey, visitId: newId() }))).toBe(
      'idempotency-key-reused',
    );
    expect(refusedFor(lot.core.visits.claim(lot.manager, { idempotencyKey, visitId }))).toBe(
      'idempotency-key-reused',
    );
  });

  it('may be asked again after a refusal, for nothing was done', () => {
    const idempotencyKey = newId();
    expect(refusedFor(lot.core.pickups.handOver(lot.cashier, { idempotencyKey, pickupId, check: '1' }))).toBe(
      'pickup-check-failed',
    );
    accepted(lot.core.pickups.handOver(lot.cashier, { idempotencyKey, pickupId, check: '3456' }));
  });
});

describe('a transaction', () => {
  it('tells its listeners only what is committed already', () => {
    const seen: Array<string | undefined> = [];
    lot.core.onVisitChanged((visit) => {
      const other = new Database(`${lot.dir}/station.sqlite`, { readonly: true });
      seen.push(
        other
          .prepare('SELECT claimed_by FROM visits WHERE visit_id = ?')
          .pluck()
          .get(visit.visitId) as string,
      );
      other.close();
    });
    accepted(lot.core.visits.claim(lot.cashier, { ...key(), visitId }));
    expect(seen).toHaveLength(1);
    expect(seen[0]).toContain('Mina');
  });

  it('that the disk does not keep changes nothing, says so, and works again when there is room', () => {
    const before = lot.core.visits.board();
    const journal = lot.core.log.verifyJournal();
    const counts = lot.core.outbox.counts();
    const other = new Database(`${lot.dir}/station.sqlite`);
    // A full disk as SQLite reports it: a trigger raises the same way inside the transaction's last write.
    other.exec(
      "CREATE TRIGGER full BEFORE INSERT ON commands BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
    );
    const told: unknown[] = [];
    lot.core.onVisitChanged((v) => told.push(v));
    const answer = lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check: '3456' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'NOT_KEPT' } });
    expect(told).toEqual([]);
    expect(lot.core.visits.board()).toEqual(before);
    expect(lot.core.outbox.counts()).toEqual(counts);
    other.exec('DROP TRIGGER full');
    other.close();
    expect(lot.core.log.verifyJournal()).toEqual(journal);
    accepted(lot.core.pickups.handOver(lot.cashier, { ...key(), pickupId, check: '3456' }));
    expect(lot.core.log.verifyJournal().unbroken).toBe(true);
  });

  it('survives a listener that throws', async () => {
    const thrown: unknown[] = [];
    const catchIt = (error: unknown) => thrown.push(error);
    const before = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', catchIt);
    const told: string[] = [];
    lot.core.onVisitChanged(() => {
      throw new Error('a broken screen');
    });
    lot.core.onVisitChanged((v) => told.push(v.visitId));
    accepted(lot.core.visits.claim(lot.cashier, { ...key(), visitId }));
    await new Promise(setImmediate);
    process.removeListener('uncaughtException', catchIt);
    for (const listener of before) process.on('uncaughtException', listener);
    expect(told).toEqual([visitId]);
    expect(thrown).toHaveLength(1);
  });

  it('refuses asynchronous work, for the compiler and at run time', () => {
    lot.core.close();
    const opened = openStationDatabase(lot.dir);
    if (!opened.ok) throw new Error(opened.error.message);
    const records = new Records(opened.value, new ManualClock());
    const entries = records.journal.head.sequence;
    const asynchronous = async () => 1;
    expect(() =>
      records.transact(null, (tx) => {
        tx.journal('never', null);
        return asynchronous() as never;
      }),
    ).toThrow(/asynchronous work/);
    // @ts-expect-error a promise outlives the transaction
    expect(() => records.transact(null, () => asynchronous())).toThrow(/asynchronous work/);
    expect(() => records.transact(null, () => records.transact(null, () => 1))).toThrow(
      /inside a transaction/,
    );
    expect(records.journal.head.sequence).toBe(entries);
    expect(records.transact(null, () => 7)).toBe(7);
    opened.value.close();
    lot.restart();
  });
});

describe('the outbox', () => {
  it('sends the marks of one visit in order, and lets others pass one that waits', () => {
    lot.expect({
      car: aCar({ vehicle: { plate: '99허1111', model: '', color: '', fuel: null } }),
      codes: [codeNumber(2)],
    });
    accepted(lot.core.pickups.markReady(lot.cashier, { ...key(), pickupId }));
    accepted(
      lot.core.visits.close(lot.cashier, { ...key(), visitId, how: 'left-without-service', reason: '' }),
    );
    lot.presence(codeNumber(2), 'arrived', { laneId: 'bay-1' });
    const nowMs = lot.clock.nowMs();
    const due = lot.core.outbox.due(nowMs, 10);
    expect(due.map((i) => i.kind)).toEqual(['preorder-ready', 'arrival']);
    lot.core.outbox.markTransient(due[0]?.outboxId ?? '', { code: 'network', detail: '' }, nowMs + 1_000);
    expect(lot.core.outbox.due(nowMs, 10).map((i) => i.kind)).toEqual(['arrival']);
    lot.restart();
    expect(lot.core.outbox.due(nowMs, 10).map((i) => i.kind)).toEqual(['arrival']);
    expect(lot.core.outbox.due(nowMs + 1_000, 10)).toMatchObject([
      { kind: 'preorder-ready', attempts: 1 },
      { kind: 'arrival' },
    ]);
    expect(lot.core.outbox.nextDueAtMs()).toBe(nowMs);
  });

  it('keeps its order and loses nothing when the clock is set back between two starts', () => {
    accepted(lot.core.pickups.markReady(lot.cashier, { ...key(), pickupId }));
    lot.sendAll();
    lot.clock.advance(11 * 60_000);
    lot.restart();
    lot.clock.set(lot.clock.nowMs() - 3_600_000);
    lot.expect({
      car: aCar({ vehicle: { plate: '99허1111', model: '', color: '', fuel: null } }),
      codes: [codeNumber(2)],
    });
    lot.presence(codeNumber(2), 'arrived');
    lot.presence(codeNumber(2), 'departed');
    lot.clock.set(lot.clock.nowMs() - 3_600_000);
    lot.restart();
    expect(lot.core.outbox.counts().waiting).toBe(2);
    lot.clock.advance(3 * 3_600_000);
    expect(lot.sendAll()).toEqual(['arrival', 'departure']);
  });

  it('shows a refused mark to a manager, sends it again or sets it aside, and holds nothing else back', () => {
    accepted(lot.core.pickups.markReady(lot.cashier, { ...key(), pickupId }));
    const [ready] = lot.core.outbox.due(lot.clock.nowMs(), 1);
    const outboxId = ready?.outboxId ?? '';
    lot.core.outbox.markAttention(outboxId, { code: 'preorder-not-open', detail: 'cancelled' });
    expect(lot.visit().pickup?.sync).toBe('attention');
    expect(lot.core.outbox.counts()).toEqual({ waiting: 0, attention: 1, oldestWaitingAtMs: null });
    expect(lot.core.log.attention()).toMatchObject([
      { outboxId, lastError: { code: 'preorder-not-open' }, attempts: 1 },
    ]);
    const resolve = (how: 'send-again' | 'set-aside') =>
      lot.core.log.resolveAttention(lot.manager, { ...key(), outboxId, how, reason: 'asked the driver' });
    expect(resolve('send-again').ok).toBe(true);
    expect(lot.sendAll()).toEqual(['preorder-ready']);
    expect(refusedFor(resolve('set-aside'))).toBe('outbox-item-not-found');
    expect(lot.visit().pickup?.sync).toBe('sent');
  });
});
