/**
 * The site's day against the server's statement, one line per pickup, refuel, charge or paid cart. Nothing is changed:
 * the server alone decides about money, the site about what physically happened, and a manager looks.
 *
 *   here and there, equal → matched      only there → missing-here
 *   here and there        → different    only here  → missing-there (or its mark is still on its way)
 */
import type { ReconciledLine, Reconciliation } from '../../shared/station-contract/index.ts';
import type { StatementLine } from '../core/types.ts';
import type { ReconcileStore, SiteLine } from './reconcile-store.ts';
import type { Span } from './span.ts';

interface There {
  kind: ReconciledLine['kind'];
  netMinor: number;
  atMs: number;
  site: SiteLine | null;
}

export function reconcile(input: {
  span: Span;
  currency: string;
  /** Of a somewhat longer span than the day, as the server books later than things happen. */
  statement: readonly StatementLine[];
  books: Pick<ReconcileStore, 'between' | 'pickup' | 'refuel' | 'byRequest'>;
  onItsWay: (subjectId: string) => boolean;
}): Reconciliation {
  const { span, currency, books } = input;
  const there = new Map<string, There>();
  /** Pickups that were paid as carts: their money is the cart's line, here as there. */
  const paidAsCarts = new Set<string>();
  for (const line of input.statement) {
    if (line.amount.currency !== currency) continue;
    const site = siteLineOf(line, books);
    if (line.kind === 'charge' && line.preorderId !== null) {
      const pickup = books.pickup(line.preorderId);
      if (pickup !== null) paidAsCarts.add(pickup.subjectId);
    }
    const subject =
      site?.subjectId ??
      (line.kind === 'charge' ? null : line.preorderId) ??
      line.refuelId ??
      line.paymentRequestId ??
      line.lineId;
    const minor = line.movement === 'taken' ? line.amount.amountMinor : -line.amount.amountMinor;
    const known = there.get(subject);
    if (known) known.netMinor += minor;
    else there.set(subject, { kind: kindOf(line), netMinor: minor, atMs: line.atMs, site });
  }

  const lines: ReconciledLine[] = [];
  const here = (['pickup', 'refuel', 'charge', 'cart'] as const)
    .flatMap((kind) => books.between(kind, span))
    .filter((line) => line.currency === currency && !paidAsCarts.has(line.subjectId));
  for (const site of here) {
    const match = there.get(site.subjectId) ?? null;
    there.delete(site.subjectId);
    lines.push(compared(site.subjectId, site, match, input.onItsWay(site.subjectId)));
  }
  for (const [subject, line] of there) {
    const { site } = line;
    if (site === null) {
      if (inSpan(line.atMs, span)) lines.push(compared(subject, null, line, false));
    } else if (inSpan(site.atMs, span)) {
      // Known here, but as unpaid, unknown or settled otherwise: the server took money all the same.
      if (line.netMinor !== 0) lines.push(compared(subject, site, line, input.onItsWay(subject)));
    }
  }
  const sum = (of: (line: ReconciledLine) => number | null) =>
    lines.reduce((total, line) => total + (of(line) ?? 0), 0);
  return {
    ...span,
    currency,
    lines: lines.sort((a, b) => urgency(a) - urgency(b) || b.atMs - a.atMs),
    hereMinor: sum((line) => line.hereMinor),
    thereMinor: sum((line) => line.thereMinor),
  };
}

function siteLineOf(
  line: StatementLine,
  books: Pick<ReconcileStore, 'pickup' | 'refuel' | 'byRequest'>,
): SiteLine | null {
  if (line.kind !== 'charge' && line.preorderId !== null) return books.pickup(line.preorderId);
  const refuel = line.refuelId === null ? null : books.refuel(line.refuelId);
  return refuel ?? (line.paymentRequestId === null ? null : books.byRequest(line.paymentRequestId));
}

function kindOf({ kind }: StatementLine): ReconciledLine['kind'] {
  return kind === 'preorder' ? 'pickup' : kind === 'charge' ? 'charge' : 'refuel';
}

function compared(
  lineId: string,
  site: SiteLine | null,
  there: There | null,
  waits: boolean,
): ReconciledLine {
  const hereMinor = site?.netMinor ?? null;
  const thereMinor = there?.netMinor ?? null;
  const state =
    site === null
      ? 'missing-here'
      : there === null
        ? 'missing-there'
        : hereMinor === thereMinor
          ? 'matched'
          : 'different';
  return {
    lineId,
    kind: site?.kind ?? there?.kind ?? 'charge',
    state,
    visitId: site?.visitId ?? null,
    plateTail: site?.plateTail ?? null,
    number: site?.number ?? null,
    atMs: site?.atMs ?? there?.atMs ?? 0,
    hereMinor,
    thereMinor,
    onItsWay: state !== 'matched' && waits,
  };
}

const inSpan = (atMs: number, { fromMs, toMs }: Span) => atMs >= fromMs && atMs < toMs;

/** What a manager must look at stands first. */
function urgency({ state, onItsWay }: ReconciledLine): number {
  if (state === 'matched') return 2;
  return onItsWay ? 1 : 0;
}
