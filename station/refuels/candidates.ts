/** The cars that are here and answer to the keyed digits, likeliest first. */
import { mayChooseByItself, parsePlateDigits, plateMatches } from '../../shared/domain/index.ts';
import type { RefuelCandidate } from '../../shared/station-contract/index.ts';
import type { Inputs } from '../core/types.ts';
import type { Records, VisitRecord } from '../records/index.ts';
import { isHere } from '../visits/index.ts';

/**
 * Order: the pump one stands at, then any pump, then other lanes; among equals the cars that arrived,
 * by their time of arrival (who came first is served first), then the loudest.
 */
export function candidates(
  records: Records,
  input: Inputs['refuels']['candidates'],
): { candidates: RefuelCandidate[]; mayChooseByItself: boolean } {
  const digits = parsePlateDigits(input.digits);
  if (digits === null) return { candidates: [], mayChooseByItself: false };
  const found = [...records.visits.live.values()].filter((v) => isHere(v) && plateMatches(v.plate, digits));
  const rank = (v: VisitRecord) => {
    if (input.laneId && (v.laneId === input.laneId || v.laneCandidates.includes(input.laneId))) return 0;
    if (records.site.lanes.some((l) => l.laneId === v.laneId && l.kind === 'pump')) return 1;
    return 2;
  };
  const rssi = (v: VisitRecord) => records.levels.get(v.visitId)?.rssiDbm ?? null;
  found.sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.arrivedAtMs ?? Number.MAX_SAFE_INTEGER) - (b.arrivedAtMs ?? Number.MAX_SAFE_INTEGER) ||
      (rssi(b) ?? -200) - (rssi(a) ?? -200),
  );
  return {
    candidates: found.map((v) => ({
      visitId: v.visitId,
      plate: v.plate,
      model: v.model,
      color: v.color,
      fuel: v.fuel,
      presence: v.presence,
      laneId: v.laneId,
      rssiDbm: rssi(v),
      codeBehaviour: v.codeBehaviour,
      arrivedAtMs: v.arrivedAtMs,
      reservation: v.reservation,
    })),
    mayChooseByItself: mayChooseByItself(digits, found.length),
  };
}
