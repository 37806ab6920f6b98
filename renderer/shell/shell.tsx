import { useCallback, useMemo, useState } from 'react';
import { throwIllegalValue } from '../../shared/domain/index.ts';
import { rolesWho } from '../../shared/station-facts/index.ts';
import { NotAllowed } from '../parts/index.ts';
import { Arrivals } from '../screens/arrivals/index.ts';
import { Carts } from '../screens/carts/index.ts';
import { Charge } from '../screens/charge/index.ts';
import { DailyLog } from '../screens/log/index.ts';
import { MenuScreen } from '../screens/menu/index.ts';
import { Refuel } from '../screens/refuel/index.ts';
import { Setup } from '../screens/setup/index.ts';
import { Staff } from '../screens/staff/index.ts';
import { Training } from '../screens/training/index.ts';
import { VisitScreen } from '../screens/visit/index.ts';
import { useMay } from '../session/index.ts';
import { useWords } from '../words/index.ts';
import { useArrivalSignals } from './arrival-signals.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { Header } from './header.tsx';
import { Navigation } from './navigation.tsx';
import { abilityFor, isSameRoute, type Route, RouteContext, useRoute } from './route.ts';
import styles from './shell.module.css';

/** Everything behind the sign-in: the way between screens, the banner when something is down. */
export function Shell() {
  const [route, setRoute] = useState<Route>({ screen: 'arrivals' });
  // Who taps what is open already has it drawn anew for nothing.
  const go = useCallback((to: Route) => setRoute((at) => (isSameRoute(at, to) ? at : to)), []);
  const announcement = useArrivalSignals();
  const value = useMemo(() => ({ route, go }), [route, go]);
  return (
    <RouteContext value={value}>
      <div className={styles.shell} data-screen={route.screen}>
        <Navigation />
        <main className={styles.main}>
          <ConnectionBanner />
          <Guarded route={route} />
        </main>
        <div className="visually-hidden" aria-live="polite">
          {announcement}
        </div>
      </div>
    </RouteContext>
  );
}

/** Somebody may be led where their role ends: from an order to the menu, from a card to its visit. */
function Guarded({ route }: { route: Route }) {
  const { w } = useWords();
  const { go } = useRoute();
  const ability = abilityFor[route.screen];
  if (useMay(ability)) return <Screen route={route} />;
  return (
    <>
      <Header title={w.app.notYours} onBack={() => go({ screen: 'arrivals' })} />
      <NotAllowed who={rolesWho[ability]} whole />
    </>
  );
}

function Screen({ route }: { route: Route }) {
  switch (route.screen) {
    case 'arrivals':
      return <Arrivals />;
    case 'visit':
      return <VisitScreen key={route.visitId} visitId={route.visitId} />;
    case 'refuel':
      return <Refuel key={route.visitId ?? 'keypad'} visitId={route.visitId} />;
    case 'charge':
      return <Charge key={route.visitId ?? 'keypad'} visitId={route.visitId} />;
    case 'carts':
      return <Carts />;
    case 'menu':
      return <MenuScreen />;
    case 'log':
      return <DailyLog />;
    case 'staff':
      return <Staff />;
    case 'training':
      return <Training />;
    case 'setup':
      return <Setup />;
    default:
      return throwIllegalValue(route);
  }
}
