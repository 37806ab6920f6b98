import { IconAlertTriangle, IconDoorExit, IconSchool } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';
import type { Practice, VisitView } from '../../../shared/station-contract/index.ts';
import { primaryAction } from '../../board/index.ts';
import { visitLaneName } from '../../parts/index.ts';
import { useBoard, useSite } from '../../session/index.ts';
import { useArrivalSignals } from '../../shell/arrival-signals.ts';
import { useWords } from '../../words/index.ts';
import { CoachPanel } from './coach-panel.tsx';
import { CoachPointer } from './coach-pointer.tsx';
import type { RunningTraining } from './running-training.ts';
import styles from './training-frame.module.css';

/** What says on every screen that none of it is real: the band, the frame, the title, the mark on paper. */
export function TrainingFrame(props: {
  training: RunningTraining;
  starting: Practice | null;
  children: ReactNode;
  onLeave(): void;
  onBegin(practice: Practice, forStaffId: string | null): void;
}) {
  const { training } = props;
  const { w } = useWords();
  const view = useSyncExternalStore(training.coach.subscribe, training.coach.get);
  const top = useRef<HTMLDivElement>(null);
  useRoomForDialogs(top);
  const name = training.practice === 'free' ? w.training.freeTitle : w.trainingNames[training.practice];
  useMarkedDocument(w.training.documentTitle(name));
  return (
    <div className={styles.whole} data-testid="training">
      <div className={styles.top} ref={top}>
        <RealCars sinceMs={training.startedAtMs} onLeave={props.onLeave} />
        <section className={styles.band} aria-label={w.training.title}>
          <IconSchool size="1.5rem" aria-hidden="true" />
          <b>{w.training.band}</b>
          <span className={styles.explain}>{w.training.bandExplain}</span>
          <span className={styles.name}>{name}</span>
          <button type="button" className={styles.leave} onClick={props.onLeave}>
            <IconDoorExit size="1.25rem" aria-hidden="true" />
            {w.training.leave}
          </button>
        </section>
        <CoachPanel
          view={view}
          practice={training.practice}
          starting={props.starting !== null}
          kiosk={training.kiosk}
          onBegin={(practice) => props.onBegin(practice, training.forStaffId)}
          onLeave={props.onLeave}
        />
      </div>
      <div className={styles.screens}>{props.children}</div>
      <CoachPointer view={view} />
      <div className={styles.frame} aria-hidden="true" />
      <p className={styles.printed}>{w.training.printed}</p>
    </div>
  );
}

/** The real board goes on: a car that comes while somebody trains is said here, and rings. */
function RealCars({ sinceMs, onLeave }: { sinceMs: number; onLeave(): void }) {
  const { w } = useWords();
  const site = useSite();
  const announcement = useArrivalSignals();
  const visits = useBoard((state) => state.visits);
  const waiting = [...visits.values()].filter((visit) => hasCome(visit, sinceMs));
  const [first] = waiting;
  return (
    <div aria-live="assertive" data-testid="real-cars">
      {first === undefined ? null : (
        <button type="button" className={styles.real} onClick={onLeave}>
          <IconAlertTriangle size="1.5rem" aria-hidden="true" />
          {waiting.length === 1
            ? w.training.realCar(visitLaneName(first, site, w))
            : w.training.realCars(waiting.length)}
        </button>
      )}
      <span className="visually-hidden">{announcement}</span>
    </div>
  );
}

function hasCome(visit: VisitView, sinceMs: number): boolean {
  if (visit.closed !== null || visit.claimedBy !== null || visit.arrivedAtMs === null) return false;
  const isHere = visit.presence === 'arrived' || visit.presence === 'parked';
  return isHere && visit.arrivedAtMs >= sinceMs && primaryAction(visit) !== 'none';
}

/** The window's name, and a sign on the page for what is drawn outside this component (dialogs). */
function useMarkedDocument(title: string): void {
  useEffect(() => {
    const before = document.title;
    document.title = title;
    document.documentElement.dataset.training = '';
    return () => {
      document.title = before;
      delete document.documentElement.dataset.training;
    };
  }, [title]);
}

/** Dialogs open below the band and the coach, so that both stay in sight. */
function useRoomForDialogs(top: React.RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const element = top.current;
    if (element === null) return;
    const { style } = document.documentElement;
    const measure = () => style.setProperty('--training-top', `${element.offsetHeight}px`);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => {
      observer.disconnect();
      style.removeProperty('--training-top');
    };
  }, [top]);
}
