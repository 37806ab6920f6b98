import { type ComponentProps, useCallback, useSyncExternalStore } from 'react';
import type { VisitView } from '../../../shared/station-contract/index.ts';
import { useKiosk, useSite } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import { cardName } from './card-name.ts';

/**
 * A card's list item under its name. The name counts in minutes and is no live region: nobody is told each second.
 * By itself, so that with a new minute the name is written anew and the card is not drawn again.
 */
export function NamedCard({
  visit,
  ticking = true,
  ...item
}: ComponentProps<'li'> & { visit: VisitView /** Out of sight nothing ticks. */; ticking?: boolean }) {
  const { ticker } = useKiosk();
  const site = useSite();
  const spoken = useWords();
  const name = useSyncExternalStore(
    useCallback((told: () => void) => (ticking ? ticker.subscribe(told) : () => {}), [ticker, ticking]),
    () => cardName(visit, site, ticker.get(), spoken),
  );
  return (
    <li
      {...item}
      aria-label={name}
      data-testid="visit-card"
      data-visit-id={visit.visitId}
      data-presence={visit.presence}
      data-plate-tail={visit.plateTail}
      data-pickup-state={visit.pickup?.state}
      data-refuel-state={visit.refuel?.state}
    />
  );
}
