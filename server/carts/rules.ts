/** What a cart's contents cost and weigh, and when a person must look. Pure, integers only. */
import type { CartAttention, CartLine, CartWeight } from '../../shared/schemas/index.ts';
import type { CartLineRow, CartTripRow } from '../db/schema.ts';

export interface CartRules {
  /** Nobody did anything with it for so long: it is released. */
  idleMs: number;
  /** From this value on every basket is looked at; null: none for its value. */
  spotCheckFromMinor: number | null;
  /** So many of a thousand trips are looked at, by their seed. */
  spotCheckPerMille: number;
}

export const defaultCartRules: CartRules = {
  idleMs: 45 * 60_000,
  spotCheckFromMinor: null,
  spotCheckPerMille: 0,
};

/** Below this a scale under a moving basket says nothing. */
const scaleGram = 25;
export const linesMax = 200;
/** What one charge may come to (`amountMinor` of the contract). */
export const totalMaxMinor = 1_000_000_000_000;

/**
 * `unitAmountMinor` for a kilogram; half a minor unit is rounded up. Exact at any size, for it is computed in
 * BigInt.
 */
export function weighedAmountMinor(unitAmountMinor: number, weightGram: number): number {
  return Number((BigInt(unitAmountMinor) * BigInt(weightGram) + 500n) / 1000n);
}

export function lineAmountMinor(
  line: Pick<CartLineRow, 'soldBy' | 'quantity' | 'weightGram' | 'unitAmountMinor'>,
): number {
  return line.soldBy === 'weight'
    ? weighedAmountMinor(line.unitAmountMinor, line.weightGram ?? 0)
    : line.unitAmountMinor * line.quantity;
}

export function totalMinor(lines: readonly CartLineRow[]): number {
  return lines.reduce((sum, line) => sum + lineAmountMinor(line), 0);
}

export function weightOf(lines: readonly CartLineRow[], measuredGram: number | null): CartWeight {
  const expectedGram = lines.reduce((sum, line) => sum + (line.unitGram ?? 0) * line.quantity, 0);
  const toleranceGram = lines.reduce((sum, line) => sum + line.toleranceGram * line.quantity, scaleGram);
  const judged = (): CartWeight['verdict'] => {
    if (measuredGram === null) return 'waiting';
    // Lighter than what is known alone is wrong, whatever the rest weighs.
    if (measuredGram < expectedGram - toleranceGram) return 'too-light';
    if (lines.some((line) => line.unitGram === null)) return 'unknowable';
    return measuredGram > expectedGram + toleranceGram ? 'too-heavy' : 'fits';
  };
  return { expectedGram, toleranceGram, measuredGram, verdict: judged() };
}

/** Does the rule want a person to look at this basket before it is paid? The same answer whenever it is asked. */
export function wantsSpotCheck(rules: CartRules, seed: number, basketMinor: number): boolean {
  if (rules.spotCheckFromMinor !== null && basketMinor >= rules.spotCheckFromMinor) return true;
  return seed % 1000 < rules.spotCheckPerMille;
}

/** What still needs a person. */
export function attentionOf(
  trip: Pick<CartTripRow, 'acknowledged' | 'measuredGram' | 'spotCheckAsked'>,
  lines: readonly CartLineRow[],
): CartAttention[] {
  const { verdict } = weightOf(lines, trip.measuredGram);
  const all: CartAttention[] = [
    ...(lines.some((line) => !line.known && line.pricedBy === null) ? (['unknown-item'] as const) : []),
    ...(verdict === 'too-heavy' || verdict === 'too-light' ? (['weight'] as const) : []),
    ...(trip.spotCheckAsked ? (['spot-check'] as const) : []),
  ];
  return all.filter((reason) => !trip.acknowledged.includes(reason));
}

export function renderLine(line: CartLineRow): CartLine {
  return {
    lineId: line.id,
    name: line.name,
    nameKo: line.nameKo,
    barcode: line.barcode,
    soldBy: line.soldBy,
    quantity: line.quantity,
    weightGram: line.weightGram,
    unitAmountMinor: line.unitAmountMinor,
    amountMinor: lineAmountMinor(line),
    known: line.known,
    ...(line.pricedBy === null ? {} : { pricedBy: line.pricedBy }),
  };
}
