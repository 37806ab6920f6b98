/** A random day's books: what the file holds, read by somebody else, and the sums that are made of it. */
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import type { ShiftView } from '../../../shared/station-contract/index.ts';
import type { Actor } from '../index.ts';
import type { TestLot } from '../test-lot.ts';

/** What of a day its books are looked at with. */
interface Day {
  readonly lot: TestLot;
  readonly atKiosk2: Actor;
  readonly closedByStaff: ReadonlySet<string>;
  readonly zReports: readonly ShiftView[];
  /** As many marks were in the outbox when the books were last looked at. */
  outboxRows: number;
}

export function readFile<T>({ lot }: Day, read: (db: Database.Database) => T): T {
  const db = new Database(`${lot.dir}/station.sqlite`, { readonly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** Slower: the file, and the sums that are made of it. */
export async function checkBooks(day: Day): Promise<void> {
  const { core } = day.lot;
  const followed = new Set(core.dailyLog.followUps(null).map((one) => one.visitId));
  readFile(day, (db) => {
    const rows = (sql: string) => db.prepare(sql).all() as Array<Record<string, unknown>>;
    // Nothing is ever dropped from the outbox.
    const outbox = Number(db.prepare('SELECT count(*) FROM outbox').pluck().get());
    expect(outbox).toBeGreaterThanOrEqual(day.outboxRows);
    day.outboxRows = outbox;
    // What was filled and is not paid for is on the board or among the follow-ups.
    const unpaid = rows(
      `SELECT r.visit_id FROM refuels r JOIN visits v USING (visit_id) WHERE v.visible = 0
         AND r.state IN ('awaiting-approval', 'declined', 'expired', 'unknown', 'drive-off')`,
    );
    for (const { visit_id } of unpaid) expect(followed).toContain(visit_id);
    // An order is handed over once, whatever visits its car made.
    const twice = rows(
      `SELECT preorder_id FROM pickups WHERE state = 'handed-over' GROUP BY preorder_id HAVING count(*) > 1`,
    );
    expect(twice).toEqual([]);
    // What is handed over is told, or waits to be, once.
    const marks = rows(
      `SELECT p.preorder_id, count(o.outbox_id) AS marks FROM pickups p LEFT JOIN outbox o
         ON o.kind = 'preorder-handed-over' AND o.payload ->> 'preorderId' = p.preorder_id AND o.state <> 'withdrawn'
       WHERE p.state = 'handed-over' GROUP BY p.preorder_id HAVING marks <> 1`,
    );
    expect(marks).toEqual([]);
    // Who is no longer handed it over has no mark on its way.
    const stray = rows(
      `SELECT o.outbox_id FROM outbox o WHERE o.kind = 'preorder-handed-over' AND o.state <> 'withdrawn' AND NOT EXISTS
         (SELECT 1 FROM pickups p WHERE p.preorder_id = o.payload ->> 'preorderId' AND p.state = 'handed-over')`,
    );
    expect(stray).toEqual([]);
  });
  await checkSums(day);
}

/** The shifts of both kiosks, closed and open, and the day's totals come to the same. */
async function checkSums(day: Day): Promise<void> {
  const { core } = day.lot;
  const everything = { fromDay: '2026-01-01', toDay: '2026-12-31' };
  const filters = { text: '', kind: null, payment: null, staffId: null, laneId: null };
  const summary = await core.dailyLog.summary({ ...everything, ...filters });
  if (!summary.ok) throw new Error('no summary');
  const sums = new Map<string, number>();
  let givenBack = 0;
  for (const report of reports(day)) {
    for (const sale of report.sales) sums.set(sale.kind, (sums.get(sale.kind) ?? 0) + sale.amountMinor);
    if (report.undone !== undefined) {
      sums.set('pickup', (sums.get('pickup') ?? 0) - report.undone.amountMinor);
    }
    const tenders = report.tenders.reduce((sum, one) => sum + one.amountMinor, 0);
    const sold = report.sales.reduce((sum, one) => sum + one.amountMinor, 0);
    expect(sold - (report.undone?.amountMinor ?? 0)).toBe(tenders);
    givenBack += report.givenBack.amountMinor - (report.notGivenBack?.amountMinor ?? 0);
  }
  for (const { kind, amountMinor } of summary.value.kinds) {
    if (kind !== 'none') expect([kind, sums.get(kind) ?? 0]).toEqual([kind, amountMinor]);
  }
  // Shifts also count what is still on its way back.
  expect(givenBack).toBe(summary.value.givenBackMinor + onItsWayBackMinor(day));
}

function onItsWayBackMinor(day: Day): number {
  const sql =
    "SELECT coalesce(sum(payload ->> '$.amount.amountMinor'), 0) FROM outbox WHERE kind = 'charge-refunded' AND state = 'waiting'";
  return readFile(day, (db) => Number(db.prepare(sql).pluck().get()));
}

/** Every order that is handed over, and whether that can still be undone: within its window, unless a person closed it. */
export function handedOver(day: Day): Array<{ pickupId: string; canBeUndone: boolean }> {
  day.lot.core.followClock();
  const nowMs = day.lot.clock.nowMs();
  const rows = readFile(day, (db) =>
    db
      .prepare(
        `SELECT p.pickup_id, p.visit_id, o.not_before_ms, o.state, o.attempts FROM pickups p
           JOIN outbox o ON o.outbox_id = p.hand_over_outbox_id WHERE p.state = 'handed-over'`,
      )
      .all(),
  ) as Array<{
    pickup_id: string;
    visit_id: string;
    not_before_ms: number;
    state: string;
    attempts: number;
  }>;
  return rows.map((row) => ({
    pickupId: row.pickup_id,
    canBeUndone:
      row.not_before_ms > nowMs &&
      row.state === 'waiting' &&
      row.attempts === 0 &&
      !day.closedByStaff.has(row.visit_id),
  }));
}

function reports(day: Day) {
  const open = [day.lot.cashier, day.atKiosk2].flatMap((actor) => {
    const { shift } = day.lot.core.shifts.current(actor);
    return shift === null ? [] : [shift.report];
  });
  return [...day.zReports.map(({ report }) => report), ...open];
}
