import { createContext, use } from 'react';
import type { Ability } from '../../shared/station-contract/index.ts';

/** Which screen is open. Kept in memory: a kiosk has no address bar. */
export type Route =
  | { screen: 'arrivals' }
  | { screen: 'visit'; visitId: string }
  | { screen: 'refuel'; visitId: string | null }
  | { screen: 'charge'; visitId: string | null }
  | { screen: 'carts' }
  | { screen: 'menu' }
  | { screen: 'log' }
  | { screen: 'staff' }
  | { screen: 'training' }
  | { screen: 'setup' };

/** What somebody must be able to do for a screen to be theirs: the others are not led there, and told so where they come. */
export const abilityFor: Readonly<Record<Route['screen'], Ability>> = {
  arrivals: 'see-arrivals',
  visit: 'serve-cars',
  refuel: 'refuel',
  charge: 'charge',
  carts: 'see-carts',
  menu: 'sold-out',
  // Cashiers and attendants find their shift there.
  log: 'shift',
  staff: 'staff',
  training: 'training',
  setup: 'site-setup',
};

export function isSameRoute(a: Route, b: Route): boolean {
  const carOf = (route: Route) => ('visitId' in route ? route.visitId : null);
  return a.screen === b.screen && carOf(a) === carOf(b);
}

export const RouteContext = createContext<{ route: Route; go: (route: Route) => void }>({
  route: { screen: 'arrivals' },
  go: () => {},
});

export const useRoute = () => use(RouteContext);
