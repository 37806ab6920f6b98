import type { SiteSettings, VisitView } from '../../../shared/station-contract/index.ts';
import { etaOf, expectedAtMs, isOnTheWay, isSilent } from '../../board/index.ts';
import { chargeWord, colorName, pickupWord, refuelWord, visitLaneName } from '../../parts/index.ts';
import { carModelName, type Spoken } from '../../words/index.ts';
import { etaWords, nearWord } from './coming-words.ts';

/**
 * A card in one sentence, for who hears it: plate, model, colour, lane, what is with it, and how long it has waited in
 * whole minutes. It says what the card shows, so that a list of cards can be gone through by ear.
 */
export function cardName(
  visit: VisitView,
  site: SiteSettings | null,
  nowMs: number,
  { w, format, locale }: Spoken,
): string {
  const { vehicle, pickup, refuel } = visit;
  return [
    visit.plateTail === '' ? w.plate.none : w.plate.ending(visit.plateTail),
    carModelName(vehicle.model, locale),
    colorName(vehicle.color, w),
    isOnTheWay(visit) ? null : visitLaneName(visit, site, w),
    visit.closed?.how === 'left-without-service' ? w.card.leftWithout : null,
    pickup === null ? null : w.cardName.pickup(pickup.number, pickupWord(pickup.state, w)),
    refuel !== null
      ? w.cardName.refuel(refuelWord(refuel.state, w))
      : visit.mayRefuel
        ? w.card.wantsFuel
        : null,
    ...(visit.charges ?? []).map((charge) => w.cardName.charge(chargeWord(charge.state, w))),
    visit.presence === 'parked' && visit.closed === null ? w.presence.quiet : null,
    time(),
  ]
    .filter((part) => part !== null && part !== '')
    .join(', ');

  function time(): string | null {
    if (visit.closed !== null) return null;
    if (isOnTheWay(visit)) {
      const atMs = expectedAtMs(visit);
      if (atMs !== null) return etaWords(etaOf(atMs, nowMs), w);
      return isSilent(visit, nowMs) ? w.presence.silent : nearWord(visit, w);
    }
    if (visit.arrivedAtMs === null) return null;
    const waitedMs = nowMs - visit.arrivedAtMs;
    return waitedMs < 60_000 ? w.timer.justIn : w.cardName.waiting(format.age(waitedMs));
  }
}
