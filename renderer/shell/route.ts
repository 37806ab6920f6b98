import { createContext, use } from 'react';

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

export const RouteContext = createContext<{ route: Route; go: (route: Route) => void }>({
  route: { screen: 'arrivals' },
  go: () => {},
});

export const useRoute = () => use(RouteContext);
