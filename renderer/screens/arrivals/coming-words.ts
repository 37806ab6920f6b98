/** How near a car on its way is, in words. */
import type { VisitView } from '../../../shared/station-contract/index.ts';
import type { Eta } from '../../board/index.ts';
import type { Words } from '../../words/index.ts';

export function etaWords(eta: Eta, w: Words): string {
  switch (eta.kind) {
    case 'any-moment':
      return w.presence.anyMoment;
    case 'in':
      return w.presence.inMinutes(eta.minutes);
    case 'late':
      return w.presence.minutesLate(eta.minutes);
  }
}

export function nearWord(visit: VisitView, w: Words): string {
  if (visit.presence === 'tentative') return w.presence.tentative;
  if (visit.nearness >= 0.75) return w.presence.almostHere;
  return visit.nearness >= 0.35 ? w.presence.approaching : w.presence.heard;
}
