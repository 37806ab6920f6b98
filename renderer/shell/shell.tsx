import { useMemo, useState } from 'react';
import { throwIllegalValue } from '../../shared/domain/index.ts';
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
import { useArrivalSignals } from './arrival-signals.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { Navigation } from './navigation.tsx';
import { type Route, RouteContext } from './route.ts';
import styles from './shell.module.css';

/** Everything behind the sign-in: the way between screens, the banner when something is down. */
export function Shell() {
  const [route, go] = useState<Route>({ screen: 'arrivals' });
  const announcement = useArrivalSignals();
  const value = useMemo(() => ({ route, go }), [route]);
  return (
    <RouteContext value={value}>
      <div className={styles.shell} data-screen={route.screen}>
        <Navigation />
        <main className={styles.main}>
          <ConnectionBanner />
          <Screen route={route} />
        </main>
        <div className="visually-hidden" aria-live="polite">
          {announcement}
        </div>
      </div>
    </RouteContext>
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
