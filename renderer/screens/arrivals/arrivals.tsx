import {
  IconBell,
  IconBellOff,
  IconCar,
  IconGasStation,
  IconPlus,
  IconRadar2,
  IconShoppingBag,
} from '@tabler/icons-react';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { type BoardFilter, isOnBoard, matchesFilter } from '../../board/index.ts';
import { Button, Loading, Segmented } from '../../parts/index.ts';
import { useBoard, useKiosk, useMay, usePreferences, useRadioTrusted } from '../../session/index.ts';
import { Header } from '../../shell/header.tsx';
import { useWords } from '../../words/index.ts';
import { FindButton, useFinder } from '../find/index.ts';
import styles from './arrivals.module.css';
import { CheckIn } from './check-in.tsx';
import { OnTheWay } from './on-the-way.tsx';
import { useBoardOrder } from './use-board-order.ts';
import { useCardMoves } from './use-card-moves.ts';
import { VisitCard } from './visit-card.tsx';

/** So many cards at least fill the largest screen. */
const placesInSight = 24;
/** So many are large enough to fill a kiosk's screen when few are here. */
const firstCards = 4;

/** The board: who is here, who comes, who needs attention first. */
export function Arrivals() {
  const { w, locale } = useWords();
  const { board } = useKiosk();
  const site = useBoard((state) => state.site);
  const visits = useBoard((state) => state.visits);
  const mayServe = useMay('serve-cars');
  const trusted = useRadioTrusted();
  const [filter, setFilter] = useState<BoardFilter>('all');
  const [checkingIn, setCheckingIn] = useState(false);
  const grid = useRef<HTMLUListElement>(null);
  const finder = useFinder(() => setCheckingIn(true));
  const order = useBoardOrder(filter, grid);
  // The tap is answered by the cards that matter most; the others are made in the pauses that follow.
  const whole = useDeferredValue(true, false);
  const here = whole ? order.here : order.here.slice(0, firstCards);
  useCardMoves(grid, here);

  const counts = useMemo(() => {
    const nowMs = board.nowMs();
    const shown = [...visits.values()].filter((visit) => isOnBoard(visit, nowMs));
    const count = (which: BoardFilter) => shown.filter((visit) => matchesFilter(visit, which)).length;
    return { all: count('all'), pickup: count('pickup'), refuel: count('refuel') };
  }, [visits, board]);

  if (site === null) {
    return (
      <>
        <Header title={w.app.arrivals} />
        <Loading whole />
      </>
    );
  }
  const siteName = (locale === 'ko' ? site.nameKo : null) ?? site.name;
  return (
    <>
      <Header
        title={siteName}
        extra={
          <>
            {finder.may ? <FindButton onOpen={finder.open} /> : null}
            <SoundSwitch />
          </>
        }
      >
        <Segmented
          label={w.board.filter}
          value={filter}
          onChange={setFilter}
          segments={[
            { value: 'all', label: w.board.all, count: counts.all },
            {
              value: 'pickup',
              label: w.board.pickup,
              icon: <IconShoppingBag size="1.1875rem" />,
              count: counts.pickup,
            },
            {
              value: 'refuel',
              label: w.board.refuel,
              icon: <IconGasStation size="1.1875rem" />,
              count: counts.refuel,
            },
          ]}
        />
      </Header>
      <div className={styles.board}>
        <section className={styles.here} aria-label={w.board.cardsHere}>
          {order.here.length === 0 ? (
            <div className={styles.empty}>
              <IconCar size="3rem" aria-hidden="true" />
              <h2>{filter === 'all' ? w.board.nobodyHere : w.board.nobodyHereFiltered}</h2>
              <p>{trusted ? w.board.nobodyHereHint : w.board.nobodyByItself}</p>
            </div>
          ) : null}
          <ul className={styles.grid} ref={grid} data-room={order.room} aria-busy={!whole || undefined}>
            {here.map((visitId, place) => (
              <VisitCard key={visitId} visitId={visitId} nearAtFirst={place < placesInSight} />
            ))}
          </ul>
        </section>
        <section className={styles.coming} aria-label={w.board.onTheWay}>
          <h2 className={styles.comingTitle}>
            <IconRadar2 size="1.25rem" aria-hidden="true" />
            {w.board.onTheWay} · {order.onTheWay.length}
          </h2>
          {order.onTheWay.length === 0 ? (
            <p className={styles.nobody}>
              <IconRadar2 size="2.5rem" stroke={1.5} aria-hidden="true" />
              {w.board.nobodyOnTheWay}
            </p>
          ) : null}
          <ul className={styles.comingList}>
            {order.onTheWay.map((visitId) => (
              <OnTheWay key={visitId} visitId={visitId} />
            ))}
          </ul>
          {mayServe ? (
            <div className={styles.checkIn}>
              <Button icon={<IconPlus size="1.375rem" />} onClick={() => setCheckingIn(true)} grow>
                {w.board.checkIn}
              </Button>
            </div>
          ) : null}
        </section>
      </div>
      {finder.dialog}
      {checkingIn ? <CheckIn site={site} onClose={() => setCheckingIn(false)} /> : null}
    </>
  );
}

function SoundSwitch() {
  const { w } = useWords();
  const { preferences } = useKiosk();
  const { muted } = usePreferences();
  const label = muted ? w.board.soundOff : w.board.soundOn;
  return (
    <button
      type="button"
      className={styles.sound}
      data-muted={muted || undefined}
      aria-pressed={!muted}
      aria-label={label}
      title={label}
      onClick={() => preferences.change({ muted: !muted })}
    >
      {muted ? <IconBellOff size="1.25rem" /> : <IconBell size="1.25rem" />}
      {muted ? <span>{w.board.soundOff}</span> : null}
    </button>
  );
}
