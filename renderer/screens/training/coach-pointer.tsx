import { useEffect, useState } from 'react';
import type { CoachView } from '../../../shared/station-contract/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './coach-pointer.module.css';
import { coachTarget, isCovered } from './coach-targets.ts';

interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Screens move (cards come, dialogs open): looked at so often, and nothing is drawn when nothing moved. */
const lookEveryMs = 200;
const aroundPx = 5;

/** By wheel, finger, key, or at the bar itself. */
const waysToScroll = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;
const scrollKeys = new Set(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End']);

function isByPerson(event: Event): boolean {
  if (event instanceof KeyboardEvent) return scrollKeys.has(event.key);
  if (event.type !== 'pointerdown') return true;
  // A press beside what an element holds is one on its scroll bar.
  const { target } = event;
  return event instanceof MouseEvent && target instanceof HTMLElement && event.offsetX > target.clientWidth;
}

/** A ring around what is to be tapped next. It lies over it and lets every tap through. */
export function CoachPointer({ view }: { view: CoachView | null }) {
  const { w } = useWords();
  const [place, setPlace] = useState<Place | null>(null);
  useEffect(() => {
    if (view?.state !== 'running' || view.spoilt) {
      setPlace(null);
      return;
    }
    /** Brought into sight until a person scrolls: after that each only once, and they may scroll as they like. */
    const shown = new WeakSet<HTMLElement>();
    let scrolled = false;
    const onScroll = (event: Event) => {
      scrolled ||= isByPerson(event);
    };
    const look = () => {
      const found = coachTarget(view);
      const covered = found !== null && isCovered(found);
      // A form grows while it is filled in: what was in sight may have come to lie under the keypad.
      if (found !== null && covered && !(scrolled && shown.has(found))) {
        found.scrollIntoView({ block: 'center' });
        if (!shown.has(found)) scrolled = false;
        shown.add(found);
      }
      const target = covered ? null : found;
      setPlace((before) => {
        const now = target === null ? null : placeOf(target);
        return samePlace(before, now) ? before : now;
      });
    };
    look();
    const timer = setInterval(look, lookEveryMs);
    for (const way of waysToScroll) window.addEventListener(way, onScroll, { capture: true, passive: true });
    return () => {
      clearInterval(timer);
      for (const way of waysToScroll) window.removeEventListener(way, onScroll, { capture: true });
    };
  }, [view]);
  if (place === null) return null;
  const { left, top, width, height } = place;
  return (
    <div
      className={styles.ring}
      style={{ left, top, width, height }}
      aria-hidden="true"
      data-testid="coach-ring"
    >
      <span data-below={top < 40 || undefined}>{w.training.here}</span>
    </div>
  );
}

function placeOf(element: HTMLElement): Place {
  const box = element.getBoundingClientRect();
  return {
    left: Math.round(box.left - aroundPx),
    top: Math.round(box.top - aroundPx),
    width: Math.round(box.width + 2 * aroundPx),
    height: Math.round(box.height + 2 * aroundPx),
  };
}

function samePlace(a: Place | null, b: Place | null): boolean {
  if (a === null || b === null) return a === b;
  return a.left === b.left && a.top === b.top && a.width === b.width && a.height === b.height;
}
