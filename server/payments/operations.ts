/**
 * Everything asked of the processor is written down before it is asked, in the transaction of what it
 * is for, and settled in the transaction of what follows from it.
 *
 *            ask                    answer
 *   pending ─────► (leased) ─────► succeeded | declined
 *                     │ no answer                ▲
 *                     └────────► unknown ──look up┘   never asked again before it was looked up
 */
import { and, asc, eq, inArray, lte } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import { type App, inWork, type Work } from '../app.ts';
import { tables } from '../db/index.ts';
import type { OperationRow } from '../db/schema.ts';
import type { ProcessorAnswer } from '../processor/index.ts';

const { processorOperations } = tables;

export const operationDelays = {
  /** Who asks the processor has it for itself so long. */
  leaseMs: 30_000,
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

/** Writes down what the processor will be asked; asks it as soon as the transaction has committed. */
export async function planOperation(work: Work, operation: NewOperation): Promise<string> {
  const id = newId();
  await work.tx
    .insert(processorOperations)
    .values({ ...operation, id, state: 'pending', nextAtMs: work.nowMs, createdAtMs: work.nowMs });
  work.afterCommit(() => {
    void perform(work.app, id).catch((error) =>
      work.app.log.error('operation-failed', error, { operationId: id }),
    );
  });
  return id;
}

const running = new WeakMap<App, Map<string, Promise<void>>>();

/** Asks the processor and settles. Callers of the same operation share one ask. Ends also when the outcome stays unknown. */
export function perform(app: App, operationId: string): Promise<void> {
  const ofApp = running.get(app) ?? new Map<string, Promise<void>>();
  running.set(app, ofApp);
  const already = ofApp.get(operationId);
  if (already !== undefined) return already;
  const promise = performOnce(app, operationId).finally(() => ofApp.delete(operationId));
  ofApp.set(operationId, promise);
  return promise;
}

/** Waits for what this process is asking just now. */
export async function quiesceOperations(app: App): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const open = [...(running.get(app)?.values() ?? [])];
    if (open.length === 0) return;
    await Promise.allSettled(open);
  }
}

async function performOnce(app: App, operationId: string): Promise<void> {
  const claimed = await inWork(app, async ({ tx, nowMs }) => {
    const [row] = await tx
      .select()
      .from(processorOperations)
      .where(eq(processorOperations.id, operationId))
      .for('update');
    if (row === undefined || row.state === 'succeeded' || row.state === 'declined') return null;
    if (row.leasedUntilMs > nowMs) return null;
    await tx
      .update(processorOperations)
      .set({ leasedUntilMs: nowMs + operationDelays.leaseMs, attempts: row.attempts + 1 })
      .where(eq(processorOperations.id, operationId));
    return row;
  });
  if (claimed === null) return;
  const answer = await askOrLookUp(app, claimed);
  await inWork(app, async (work) => {
    const [row] = await work.tx
      .select()
      .from(processorOperations)
      .where(eq(processorOperations.id, operationId))
      .for('update');
    if (row === undefined || row.state === 'succeeded' || row.state === 'declined') return;
    const settled = answer.outcome !== 'unknown';
    const backOff = Math.min(
      operationDelays.lookupMaximumMs,
      operationDelays.lookupFirstMs * 2 ** Math.min(row.attempts - 1, 16),
    );
    const after: OperationRow = {
      ...row,
      state: answer.outcome,
      leasedUntilMs: 0,
      nextAtMs: work.nowMs + backOff,
      detail:
        answer.outcome === 'declined' ? answer.reason : answer.outcome === 'unknown' ? answer.detail : null,
      authorisation: answer.outcome === 'succeeded' ? answer.authorisation : row.authorisation,
      settledAtMs: settled ? work.nowMs : null,
    };
    await work.tx.update(processorOperations).set(after).where(eq(processorOperations.id, operationId));
    await app.applyOutcome(work, after);
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
        inArray(processorOperations.state, ['pending', 'unknown']),
        lte(processorOperations.nextAtMs, app.clock.nowMs()),
        lte(processorOperations.leasedUntilMs, app.clock.nowMs()),
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
    const open = await app.db
      .select()
      .from(processorOperations)
      .where(and(eq(processorOperations.subjectId, subjectId), eq(processorOperations.state, 'pending')));
    if (open.length === 0) return;
    for (const { id } of open) await perform(app, id);
  }
}
