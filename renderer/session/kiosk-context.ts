import { createContext, use, useRef, useSyncExternalStore } from 'react';
import type { Ability, SiteSettings, VisitView } from '../../shared/station-contract/index.ts';
import { rolesWho } from '../../shared/station-facts/index.ts';
import { type BoardState, sameButForLevels } from '../board/index.ts';
import type { Kiosk } from './kiosk.ts';

export const KioskContext = createContext<Kiosk | null>(null);

export function useKiosk(): Kiosk {
  const kiosk = use(KioskContext);
  if (kiosk === null) throw new Error('no kiosk around this component');
  return kiosk;
}

/** A part of the board's state; the component is drawn again only when that part changes. */
export function useBoard<T>(select: (state: BoardState) => T): T {
  const { board } = useKiosk();
  return useSyncExternalStore(board.subscribe, () => select(board.get()));
}

export const useVisit = (visitId: string | null): VisitView | undefined =>
  useBoard((state) => (visitId === null ? undefined : state.visits.get(visitId)));

/** A car that is here, as its card shows it: drawn again with every change but those of its level. */
export function useVisitOnCard(visitId: string): VisitView | undefined {
  const shown = useRef<VisitView>(undefined);
  return useBoard((state) => {
    const visit = state.visits.get(visitId);
    if (visit === undefined || shown.current === undefined || !sameButForLevels(shown.current, visit)) {
      shown.current = visit;
    }
    return shown.current;
  });
}

export const useSite = (): SiteSettings | null => useBoard((state) => state.site);

export function useSession() {
  const { session } = useKiosk();
  return useSyncExternalStore(session.subscribe, session.get);
}

/** May who is signed in here do that? The station is asked all the same; this is only about what is offered. */
export function useMay(ability: Ability): boolean {
  const session = useSession();
  return session.kind !== 'signed-out' && rolesWho[ability].includes(session.person.role);
}

export function useConnection() {
  const { connection } = useKiosk();
  return useSyncExternalStore(connection.subscribe, connection.state);
}

export function usePreferences() {
  const { preferences } = useKiosk();
  return useSyncExternalStore(preferences.subscribe, preferences.get);
}

/** The station's time, moving once a second. Only leaves of the tree should ask for it. */
export function useNowMs(): number {
  const { ticker } = useKiosk();
  return useSyncExternalStore(ticker.subscribe, ticker.get);
}
