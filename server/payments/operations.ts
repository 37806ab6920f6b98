/**
 * Everything asked of the processor is written down before it is asked, in the transaction of what it
 * is for, and settled in the transaction of what follows from it.
 *
 *            ask                    answer
 *   pending ─────► (leased) ─────► succeeded | declined
 *                     │ no answer                ▲
 *                     └────────► unknown ──look up┘   never asked again before it was looked up
 */
import { and, asc, eq, lte, type SQL, sql } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import { type App, inWork, type Work } from '../app.ts';
import { instanceLockClass, isWord, sendIn, tables } from '../db/index.ts';
import type { OperationRow } from '../db/schema.ts';
import type { ProcessorAnswer } from '../processor/index.ts';

const { processorOperations } = tables;

export const operationDelays = {
  /** Who asks the processor has it for itself so long. */
  leaseMs: 30_000,
  /** Who is not connected to the database so long after it took a lease is gone, and the lease with it. */
  goneMs: 2_000,
  /** An ask without an answer for so long is unknown. */
  answerMs: 10_000,
  /** Between look-ups of an unknown outcome; doubles up to the maximum. */
  lookupFirstMs: 1_000,
  lookupMaximumMs: 60_000,
};

export type NewOperation = Pick<
  OperationRow,
  'subjectKind' | 'subjectId' | 'kind' | 'processorToken' | 'authorisation' | 'amountMinor' | 'currency'
>;

const insert = `
  INSERT INTO processor_operations (id, subject_kind, subject_id, kind, processor_token, authorisation, amount_minor,
    currency, state, attempts, leased_until_ms, leased_by, next_at_ms, created_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', 1, $9, $10, $11, $11)`;

/**
 * Writes down what the processor will be asked; asks it as soon as the transaction has committed. It is leased to
 * this process from the start, so that asking needs no transaction of its own.
 */
export function planOperation(work: Work, operation: NewOperation): string {
  const { app, nowMs } = work;
  const row: OperationRow = {
    ...operation,
    id: newId(),
    state: 'pending',
    attempts: 1,
    leasedUntilMs: nowMs + operationDelays.leaseMs,
    leasedBy: app.store.instance,
    nextAtMs: nowMs,
    detail: null,
    createdAtMs: nowMs,
    settledAtMs: null,
  };
  work.send(
    sendIn(work.tx, insert, [
      row.id,
      row.subjectKind,
      row.subjectId,
      row.kind,
      row.processorToken,
      row.authorisation,
      row.amountMinor,
      row.currency,
      row.leasedUntilMs,
      row.leasedBy,
      nowMs,
    ]),
  );
  work.afterCommit(() => {
    askPlanned(app, row).catch((error) => app.log.error('operation-failed', error, { operationId: row.id }));
  });
  return row.id;
}

/** Keeps what follows from an answer, its own way. @returns false when nothing was kept: then it is kept the usual way */
export type Keep = (answer: ProcessorAnswer) => Promise<boolean>;

/** Asks what is committed and leased to this process, and keeps the answer. */
export function askPlanned(app: App, row: OperationRow, keep?: Keep): Promise<void> {
  const asked = shared(app, row.id, () => askAndSettle(app, { ...row, attempts: 0 }, keep));
  track(app, row.subjectId, asked);
  return asked;
}

const running = new WeakMap<App, Map<string, Promise<void>>>();

function shared(app: App, operationId: string, run: () => Promise<void>): Promise<void> {
  const ofApp = running.get(app) ?? new Map<string, Promise<void>>();
  running.set(app, ofApp);
  const already = ofApp.get(operationId);
  if (already !== undefined) return already;
  const promise = run().finally(() => ofApp.delete(operationId));
  ofApp.set(operationId, promise);
  return promise;
}

/**
 * Asks the processor and settles. Callers of the same operation share one ask. Ends also when the outcome stays unknown.
 *
 * @param states only an operation in one of these; in any that is open where none is named
 */
export function perform(app: App, operationId: string, ...states: ('pending' | 'unknown')[]): Promise<void> {
  return shared(app, operationId, async () => {
    const claimed = await claim(app, operationId, states.length === 0 ? ['pending', 'unknown'] : states);
    if (claimed !== null) await askAndSettle(app, claimed);
  });
}

const askedFor = new WeakMap<App, Map<string, Set<Promise<void>>>>();

/** What this process asks for a subject just now, so that whoever waits for it need not ask the database. */
function track(app: App, subjectId: string, asked: Promise<void>): void {
  const ofApp = askedFor.get(app) ?? new Map<string, Set<Promise<void>>>();
  askedFor.set(app, ofApp);
  const ofSubject = ofApp.get(subjectId) ?? new Set();
  ofApp.set(subjectId, ofSubject.add(asked));
  const done = () => {
    ofSubject.delete(asked);
    if (ofSubject.size === 0 && ofApp.get(subjectId) === ofSubject) ofApp.delete(subjectId);
  };
  asked.then(done, done);
}

/** Waits for what this process is asking just now. */
export async function quiesceOperations(app: App): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const open = [...(running.get(app)?.values() ?? [])];
    if (open.length === 0) return;
    await Promise.allSettled(open);
  }
}

/** Nobody has it: its lease ran out, whoever leased it is gone, or it is ours and we failed (the database was away). */
const isFree = (app: App): SQL => sql`(
  ${processorOperations.leasedUntilMs} <= ${app.clock.nowMs()}::bigint
  OR (
    ${processorOperations.leasedUntilMs} <= ${app.clock.nowMs() + operationDelays.leaseMs - operationDelays.goneMs}::bigint
    AND CASE WHEN ${processorOperations.leasedBy} = ${app.store.instance}
      THEN ${processorOperations.id} <> ALL(${sql.param([...(running.get(app)?.keys() ?? [])])}::uuid[])
      ELSE NOT EXISTS (
      SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
        AND l.classid = ${sql.raw(String(instanceLockClass))} AND l.objid = ${processorOperations.leasedBy}::oid
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      ) END
  )
)`;

/** @returns the operation as it was before this claim, or null when it is done or another has it */
async function claim(
  app: App,
  operationId: string,
  states: readonly ('pending' | 'unknown')[],
): Promise<OperationRow | null> {
  const leasedUntilMs = app.clock.nowMs() + operationDelays.leaseMs;
  const [row] = await app.db
    .update(processorOperations)
    .set({
      leasedUntilMs,
      leasedBy: app.store.instance,
      attempts: sql`${processorOperations.attempts} + 1`,
    })
    .where(
      and(eq(processorOperations.id, operationId), isWord(processorOperations.state, ...states), isFree(app)),
    )
    .returning();
  return row === undefined ? null : { ...row, attempts: row.attempts - 1 };
}

async function askAndSettle(app: App, claimed: OperationRow, keep?: Keep): Promise<void> {
  const answer = await askOrLookUp(app, claimed);
  if (keep !== undefined && (await keep(answer).catch(() => false))) return;
  await inWork(app, async (work) => {
    const backOff = Math.min(
      operationDelays.lookupMaximumMs,
      operationDelays.lookupFirstMs * 2 ** Math.min(claimed.attempts, 16),
    );
    const [after] = await work.tx
      .update(processorOperations)
      .set({
        state: answer.outcome,
        leasedUntilMs: 0,
        leasedBy: null,
        nextAtMs: work.nowMs + backOff,
        detail:
          answer.outcome === 'declined' ? answer.reason : answer.outcome === 'unknown' ? answer.detail : null,
        ...(answer.outcome === 'succeeded' ? { authorisation: answer.authorisation } : {}),
        settledAtMs: answer.outcome === 'unknown' ? null : work.nowMs,
      })
      // Somebody else may have learned of it meanwhile: what is settled stays so.
      .where(
        and(eq(processorOperations.id, claimed.id), isWord(processorOperations.state, 'pending', 'unknown')),
      )
      .returning();
    if (after !== undefined) await app.applyOutcome(work, after);
  });
}

async function askOrLookUp(app: App, operation: OperationRow): Promise<ProcessorAnswer> {
  try {
    if (operation.attempts > 0) {
      // Somebody may have asked before us and not lived to hear the answer.
      const { id, kind, authorisation } = operation;
      const known = await inTime(app, app.processor.lookup(id, { kind, authorisation }));
      if (known !== null) return known;
    }
    return await inTime(app, ask(app, operation));
  } catch (error) {
    app.log.warn('processor-silent', { operationId: operation.id, kind: operation.kind });
    return { outcome: 'unknown', detail: error instanceof Error ? error.name : 'error' };
  }
}

function ask(app: App, operation: OperationRow): Promise<ProcessorAnswer> {
  const { id: reference, processorToken, amountMinor, currency } = operation;
  const money = { amountMinor, currency };
  if (operation.kind === 'authorise') return app.processor.authorise({ reference, processorToken, money });
  if (operation.kind === 'purchase') return app.processor.purchase({ reference, processorToken, money });
  const { authorisation } = operation;
  if (authorisation === null) throw new Error(`${operation.kind} without an authorisation`);
  switch (operation.kind) {
    case 'capture':
      return app.processor.capture({ reference, authorisation, money });
    case 'void':
      return app.processor.void({ reference, authorisation });
    case 'refund':
      return app.processor.refund({ reference, authorisation, money });
  }
}

async function inTime<T>(app: App, promise: Promise<T>): Promise<T> {
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = app.clock.schedule(operationDelays.answerMs, () => reject(new Error('no answer in time')));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}

/** Takes up what is due: left by a crash, or unknown and to be looked up. */
export async function reconcile(app: App): Promise<void> {
  const due = await app.db
    .select({ id: processorOperations.id })
    .from(processorOperations)
    .where(
      and(
        isWord(processorOperations.state, 'pending', 'unknown'),
        lte(processorOperations.nextAtMs, app.clock.nowMs()),
        isFree(app),
      ),
    )
    .orderBy(asc(processorOperations.nextAtMs))
    .limit(50);
  // At once: one that the processor leaves waiting must not hold up the others.
  const results = await Promise.allSettled(due.map(({ id }) => perform(app, id)));
  for (const result of results) {
    if (result.status === 'rejected') app.log.error('operation-failed', result.reason);
  }
}

/** Brings what is open of a subject as far as it goes now: asks what is planned, waits for who is asking. */
export async function bringToEnd(app: App, subjectId: string): Promise<void> {
  // A settled operation may plan the next one (authorise, then capture), so look again; bounded.
  for (let round = 0; round < 8; round++) {
    const asked = askedFor.get(app)?.get(subjectId);
    if (asked === undefined) break;
    await Promise.allSettled(asked);
  }
  for (let round = 0; round < 8; round++) {
    const open = await app.db
      .select()
      .from(processorOperations)
      .where(and(eq(processorOperations.subjectId, subjectId), isWord(processorOperations.state, 'pending')));
    if (open.length === 0) return;
    // What became unknown meanwhile is looked up when its time comes.
    for (const { id } of open) await perform(app, id, 'pending');
  }
}
