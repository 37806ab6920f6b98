/**
 * A processor that moves no money but keeps books, so that tests can count what moved. Its mishaps are
 * chosen by the card's token:
 *
 *   tok_ok…                      everything works
 *   tok_declined…                authorise and purchase are declined
 *   tok_timeout_after_hold       the money is held (a purchase: taken), the answer is lost
 *   tok_timeout_before           the first ask never arrives
 *   tok_capture_timeout          captured, the answer is lost
 *   tok_capture_timeout_before   the first capture never arrives
 *   tok_capture_declined         held, but cannot be captured; a purchase is declined
 *   tok_void_timeout             released, the answer is lost
 *   tok_refund_timeout           refunded, the answer is lost
 *   tok_down                     never answers and never does anything
 *   tok_outage                   holds work; the first three asks and look-ups of each other kind get no answer
 *   tok_callback_twice           nobody knows until it calls back by itself, after 2 s, twice
 *   tok_callback_late            the answer is lost; it calls back by itself, a minute after everybody knows
 *
 * Any other token is a card it does not know: declined. A purchase holds and takes in one, so what befalls a card's
 * holds or its captures befalls its purchases.
 */
import { randomUUID } from 'node:crypto';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Clock } from '../../shared/domain/index.ts';
import { batched, type Db, type Tx, tables } from '../db/index.ts';
import type { PaymentProcessor, ProcessorAnswer, ProcessorCallback } from './port.ts';

type Kind = 'authorise' | 'capture' | 'void' | 'refund' | 'purchase';
const { sandboxLedger } = tables;
type LedgerRow = typeof sandboxLedger.$inferSelect;

const lostAnswers: Record<string, Kind> = {
  tok_timeout_after_hold: 'authorise',
  tok_capture_timeout: 'capture',
  tok_void_timeout: 'void',
  tok_refund_timeout: 'refund',
  tok_callback_late: 'authorise',
};
/** When cards of these kinds call back by themselves, after what they were asked. */
export const callbackDelays = { tok_callback_twice: [2_000, 2_000], tok_callback_late: [60_000] } as const;
const outageTries = 3;

const lostAsks: Record<string, Kind> = {
  tok_timeout_before: 'authorise',
  tok_capture_timeout_before: 'capture',
};

/** Is a mishap of `mishap` one of this kind of ask? */
const befalls = (mishap: Kind | undefined, kind: Kind): boolean =>
  mishap === kind || (kind === 'purchase' && (mishap === 'authorise' || mishap === 'capture'));

type NewAsk = Parameters<PaymentProcessor['authorise']>[0];
type CaptureAsk = Parameters<PaymentProcessor['capture']>[0];
interface UsualRow {
  reference: string;
  authorisation: string;
}

/** Of each reference what was written for it now; null where nothing was. */
function answersOf(rows: UsualRow[], references: string[]): (ProcessorAnswer | null)[] {
  const written = new Map(rows.map((row) => [row.reference, row.authorisation]));
  return references.map((reference) => {
    const authorisation = written.get(reference);
    return authorisation === undefined ? null : { outcome: 'succeeded', authorisation };
  });
}

function answerOf(row: LedgerRow): ProcessorAnswer {
  if (row.kind === 'decline') return { outcome: 'declined', reason: row.detail ?? 'declined' };
  return { outcome: 'succeeded', authorisation: row.authorisation ?? '' };
}

export function sandboxProcessor(db: Db, clock: Clock): PaymentProcessor {
  const askedOnce = new Set<string>();
  const outages = new Map<string, number>();
  let listener: (callback: ProcessorCallback) => void = () => {};

  /** Is this part of the processor away just now? */
  const isOut = (token: string, kind: Kind, reference: string): boolean => {
    if (token !== 'tok_outage' || kind === 'authorise') return false;
    const tries = outages.get(reference) ?? 0;
    outages.set(reference, tries + 1);
    return tries < outageTries;
  };

  /** The processor's own news of what it was asked. */
  const callBack = (token: string, reference: string): void => {
    if (token !== 'tok_callback_twice' && token !== 'tok_callback_late') return;
    for (const delayMs of callbackDelays[token]) {
      clock.schedule(delayMs, () => listener({ references: [reference], authorisation: null }));
    }
  };
  /** Before it has called back itself this card's processor tells nobody anything. */
  const isStillSilent = (row: Pick<LedgerRow, 'processorToken' | 'atMs'>): boolean =>
    row.processorToken === 'tok_callback_twice' &&
    clock.nowMs() < row.atMs + callbackDelays.tok_callback_twice[0];

  /** The mishap of this token at this kind of ask: is the ask lost? */
  const askIsLost = (token: string, kind: Kind, reference: string): boolean => {
    if (token === 'tok_down' || isOut(token, kind, reference)) return true;
    if (!befalls(lostAsks[token], kind) || askedOnce.has(reference)) return false;
    askedOnce.add(reference);
    return true;
  };

  const write = async (
    tx: Tx,
    row: Omit<typeof sandboxLedger.$inferInsert, 'atMs' | 'id'>,
  ): Promise<ProcessorAnswer> => {
    const [written] = await tx
      .insert(sandboxLedger)
      .values({ ...row, atMs: clock.nowMs() })
      .returning();
    if (written === undefined) throw new Error('an insert returned nothing');
    callBack(written.processorToken, written.reference);
    return isStillSilent(written) ? { outcome: 'unknown', detail: 'no answer' } : answerOf(written);
  };

  /** One ask: at most once per reference, judged under a lock on what it is about. */
  const ask = async (
    kind: Kind,
    reference: string,
    lockOn: string,
    judge: (tx: Tx, history: LedgerRow[]) => Promise<{ token: string; answer: ProcessorAnswer }>,
  ): Promise<ProcessorAnswer> => {
    const { token, answer } = await db.transaction(
      async (tx): Promise<{ token: string; answer: ProcessorAnswer }> => {
        await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${lockOn}, 7))`);
        const [before] = await tx.select().from(sandboxLedger).where(eq(sandboxLedger.reference, reference));
        if (before !== undefined) return { token: before.processorToken, answer: answerOf(before) };
        const history = await tx.select().from(sandboxLedger).where(eq(sandboxLedger.authorisation, lockOn));
        const token = history[0]?.processorToken;
        if (token !== undefined && askIsLost(token, kind, reference)) {
          return { token, answer: { outcome: 'unknown', detail: 'no answer' } };
        }
        return judge(tx, history);
      },
    );
    if (befalls(lostAnswers[token], kind) && !askedOnce.has(`answer ${reference}`)) {
      askedOnce.add(`answer ${reference}`);
      return { outcome: 'unknown', detail: 'no answer' };
    }
    return answer;
  };

  const sum = (history: LedgerRow[], ...kinds: Kind[]) =>
    history
      .filter((row) => kinds.some((kind) => kind === row.kind))
      .reduce((total, row) => total + row.amountMinor, 0);
  const isTaken = (history: LedgerRow[]) =>
    history.some((row) => row.kind === 'capture' || row.kind === 'purchase');

  /** An ask about an authorisation: `allowed` says how much, or why not. */
  const about = (
    kind: Exclude<Kind, 'authorise' | 'purchase'>,
    reference: string,
    authorisation: string,
    allowed: (history: LedgerRow[], token: string) => { amountMinor: number } | { reason: string },
  ) =>
    ask(kind, reference, authorisation, async (tx, history) => {
      const held = history.find((row) => row.kind === 'authorise' || row.kind === 'purchase');
      if (held === undefined) {
        return { token: '', answer: { outcome: 'declined', reason: 'unknown-authorisation' } };
      }
      const verdict = allowed(history, held.processorToken);
      const base = { reference, processorToken: held.processorToken, currency: held.currency };
      const answer =
        'reason' in verdict
          ? await write(tx, {
              ...base,
              kind: 'decline',
              authorisation: null,
              amountMinor: 0,
              detail: verdict.reason,
            })
          : await write(tx, { ...base, kind, authorisation, amountMinor: verdict.amountMinor });
      return { token: held.processorToken, answer };
    });

  /** The cards of no mishap, many at once: what is not as usual is left to `ask`, which judges under a lock. */
  const madeUsual = batched(async (asks: (NewAsk & { kind: 'authorise' | 'purchase' })[]) => {
    const { rows } = (await db.execute(sql`
      INSERT INTO sandbox_ledger (reference, kind, authorisation, processor_token, amount_minor, currency, at_ms)
      SELECT a.reference, a.kind, 'auth_' || gen_random_uuid(), a.token, a.amount, a.currency, ${clock.nowMs()}::bigint
      FROM unnest(
        ${sql.param(asks.map((a) => a.reference))}::uuid[], ${sql.param(asks.map((a) => a.kind))}::text[],
        ${sql.param(asks.map((a) => a.processorToken))}::text[], ${sql.param(asks.map((a) => a.money.amountMinor))}::bigint[],
        ${sql.param(asks.map((a) => a.money.currency))}::text[]
      ) AS a (reference, kind, token, amount, currency)
      ON CONFLICT DO NOTHING RETURNING reference, authorisation`)) as unknown as { rows: UsualRow[] };
    return answersOf(
      rows,
      asks.map((a) => a.reference),
    );
  });
  const captureUsual = batched(async (asks: CaptureAsk[]) => {
    const { rows } = (await db.execute(sql`
      INSERT INTO sandbox_ledger (reference, kind, authorisation, processor_token, amount_minor, currency, at_ms)
      SELECT a.reference, 'capture', h.authorisation, h.processor_token, a.amount, h.currency, ${clock.nowMs()}::bigint
      FROM unnest(
        ${sql.param(asks.map((a) => a.reference))}::uuid[], ${sql.param(asks.map((a) => a.authorisation))}::text[],
        ${sql.param(asks.map((a) => a.money.amountMinor))}::bigint[]
      ) AS a (reference, authorisation, amount)
      JOIN sandbox_ledger h ON h.authorisation = a.authorisation AND h.kind = 'authorise'
        AND h.processor_token LIKE 'tok\\_ok%' AND h.amount_minor >= a.amount
      WHERE NOT EXISTS (SELECT 1 FROM sandbox_ledger e WHERE e.authorisation = a.authorisation AND e.kind <> 'authorise')
      ON CONFLICT DO NOTHING RETURNING reference, authorisation`)) as unknown as { rows: UsualRow[] };
    return answersOf(
      rows,
      asks.map((a) => a.reference),
    );
  });

  /** Why this card cannot; null where it can. */
  const refusalOf = (token: string, kind: 'authorise' | 'purchase'): string | null => {
    if (token.startsWith('tok_declined')) return 'card-declined';
    if (!/^tok_(ok|timeout|capture|void|refund|outage|callback)/.test(token)) return 'unknown-card';
    return token === 'tok_capture_declined' && kind === 'purchase' ? 'capture-declined' : null;
  };

  /** An ask about nothing before it: a hold, or a purchase. */
  const make = (kind: 'authorise' | 'purchase', { reference, processorToken, money }: NewAsk) =>
    ask(kind, reference, reference, async (tx) => {
      if (askIsLost(processorToken, kind, reference)) {
        return { token: processorToken, answer: { outcome: 'unknown', detail: 'no answer' } };
      }
      const refusal = refusalOf(processorToken, kind);
      const base = { reference, processorToken, currency: money.currency };
      const answer =
        refusal === null
          ? await write(tx, {
              ...base,
              kind,
              authorisation: `auth_${randomUUID()}`,
              amountMinor: money.amountMinor,
            })
          : await write(tx, {
              ...base,
              kind: 'decline',
              authorisation: null,
              amountMinor: 0,
              detail: refusal,
            });
      return { token: processorToken, answer };
    });

  const processor: PaymentProcessor = {
    authorise: (asked) => make('authorise', asked),
    purchase: (asked) => make('purchase', asked),
    capture: ({ reference, authorisation, money }) =>
      about('capture', reference, authorisation, (history, token) => {
        if (token === 'tok_capture_declined') return { reason: 'capture-declined' };
        if (history.some((row) => row.kind === 'void')) return { reason: 'already-released' };
        if (isTaken(history)) return { reason: 'already-captured' };
        if (money.amountMinor > sum(history, 'authorise')) return { reason: 'more-than-held' };
        return { amountMinor: money.amountMinor };
      }),
    void: ({ reference, authorisation }) =>
      about('void', reference, authorisation, (history) => {
        if (isTaken(history)) return { reason: 'already-captured' };
        if (history.some((row) => row.kind === 'void')) return { reason: 'already-released' };
        return { amountMinor: sum(history, 'authorise') };
      }),
    refund: ({ reference, authorisation, money }) =>
      about('refund', reference, authorisation, (history) => {
        const left = sum(history, 'capture', 'purchase') - sum(history, 'refund');
        if (money.amountMinor > left) return { reason: 'more-than-captured' };
        return { amountMinor: money.amountMinor };
      }),
    async lookup(reference) {
      const silent = { outcome: 'unknown', detail: 'no answer' } as const;
      const tries = outages.get(reference) ?? 0;
      if (tries > 0 && tries < outageTries) {
        outages.set(reference, tries + 1);
        return silent;
      }
      const [row] = await db.select().from(sandboxLedger).where(eq(sandboxLedger.reference, reference));
      if (row === undefined) return null;
      return row.processorToken === 'tok_down' || isStillSilent(row) ? silent : answerOf(row);
    },
    onCallback(tell) {
      listener = tell;
    },
  };
  const madeAtOnce = async (kind: 'authorise' | 'purchase', asked: NewAsk) =>
    (asked.processorToken.startsWith('tok_ok') ? await madeUsual({ ...asked, kind }) : null) ??
    make(kind, asked);
  return {
    ...processor,
    authorise: (asked) => madeAtOnce('authorise', asked),
    purchase: (asked) => madeAtOnce('purchase', asked),
    capture: async (asked) => (await captureUsual(asked)) ?? processor.capture(asked),
  };
}

/** What really moved, by the sandbox's own books; what was purchased was held and taken. For tests and the demo. */
export interface MovedMoney {
  held: number;
  captured: number;
  released: number;
  refunded: number;
  captures: number;
  authorisations: number;
}

export async function movedMoney(db: Db, processorToken?: string): Promise<MovedMoney> {
  const kinds = ['authorise', 'capture', 'void', 'refund', 'purchase'] as const;
  const rows = await db
    .select()
    .from(sandboxLedger)
    .where(
      and(
        inArray(sandboxLedger.kind, [...kinds]),
        processorToken === undefined ? undefined : eq(sandboxLedger.processorToken, processorToken),
      ),
    );
  const of = (...wanted: (typeof kinds)[number][]) =>
    rows.filter((row) => wanted.some((kind) => kind === row.kind));
  const total = (some: LedgerRow[]) => some.reduce((sum, row) => sum + row.amountMinor, 0);
  const [holds, captures] = [of('authorise', 'purchase'), of('capture', 'purchase')];
  return {
    held: total(holds),
    captured: total(captures),
    released: total(of('void')),
    refunded: total(of('refund')),
    captures: captures.length,
    authorisations: holds.length,
  };
}
