/** Whom one can charge, and what was charged on a day. */
import {
  businessDayOf,
  businessDayRange,
  mayChooseByItself,
  parsePlateDigits,
  plateMatches,
  plateTail,
} from '../../shared/domain/index.ts';
import type { ChargeCandidate, ListedCharge } from '../../shared/station-contract/index.ts';
import type { Inputs } from '../core/types.ts';
import { chargeView, type Records } from '../records/index.ts';
import { isHere } from '../visits/index.ts';

/** Cars that are here, who came first first; with digits only those that answer to them. */
export function chargeCandidates(
  records: Records,
  input: Inputs['charges']['candidates'],
): { candidates: ChargeCandidate[]; mayChooseByItself: boolean } {
  const digits = input.digits === null ? null : parsePlateDigits(input.digits);
  if (input.digits !== null && digits === null) return { candidates: [], mayChooseByItself: false };
  const found = [...records.visits.live.values()].filter(
    (v) => isHere(v) && (digits === null || plateMatches(v.plate, digits)),
  );
  const cameAtMs = (v: { arrivedAtMs: number | null }) => v.arrivedAtMs ?? Number.MAX_SAFE_INTEGER;
  found.sort((a, b) => cameAtMs(a) - cameAtMs(b) || a.firstHeardAtMs - b.firstHeardAtMs);
  return {
    candidates: found.map((v) => ({
      visitId: v.visitId,
      plate: v.plate,
      model: v.model,
      color: v.color,
      presence: v.presence,
      laneId: v.laneId,
      arrivedAtMs: v.arrivedAtMs,
      jackKnown: v.jackId !== null,
    })),
    mayChooseByItself: digits !== null && mayChooseByItself(digits, found.length),
  };
}

/** The charges of a business day, newest first, and what they come to. */
export function listCharges(
  records: Records,
  input: Inputs['charges']['list'],
): {
  charges: ListedCharge[];
  paid: { amountMinor: number; currency: string };
  givenBack: { amountMinor: number; currency: string };
} {
  const { timeZone, businessDayStartHour, currency } = records.site;
  const day = input.day ?? businessDayOf(records.clock.nowMs(), timeZone, businessDayStartHour);
  const { fromMs, toMs } = businessDayRange(day, timeZone, businessDayStartHour);
  const charges = records.visits.charges.between(fromMs, toMs).flatMap(({ chargeId, visitId }) => {
    const visit = records.visits.get(visitId);
    const charge = visit?.charges.find((c) => c.chargeId === chargeId);
    if (!visit || !charge) return [];
    const { plate, laneId } = visit;
    return [{ ...chargeView(charge, records), plate, plateTail: plateTail(plate), laneId }];
  });
  const total = (of: (charge: ListedCharge) => number) => ({
    amountMinor: charges
      .filter((c) => c.amount.currency === currency && c.state === 'paid')
      .reduce((sum, c) => sum + of(c), 0),
    currency,
  });
  return {
    charges,
    paid: total((c) => c.amount.amountMinor),
    givenBack: total((c) =>
      c.refunds.filter((r) => r.state === 'given-back').reduce((sum, r) => sum + r.amount.amountMinor, 0),
    ),
  };
}
