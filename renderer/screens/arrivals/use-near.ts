/**
 * Which cards are in sight or nearly so. A board of two hundred shows eight: the others need no seconds that tick,
 * and until somebody scrolls to them no buttons and menus either.
 */
import { type RefObject, useEffect, useState } from 'react';

/** Cards are made ready this far before they come into sight. */
const marginPx = 800;

type Told = (near: boolean) => void;
const watched = new Map<Element, Told>();
let observer: IntersectionObserver | null = null;

function observerOfAll(): IntersectionObserver {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) watched.get(target)?.(isIntersecting);
    },
    // The board scrolls in a part of the page: the margin is that part's, not the window's.
    { scrollMargin: `${marginPx}px` },
  );
  return observer;
}

/** @param atFirst What is believed until it has been looked at. */
export function useNear(element: RefObject<Element | null>, atFirst: boolean): boolean {
  const [near, setNear] = useState(atFirst);
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    watched.set(target, setNear);
    observerOfAll().observe(target);
    return () => {
      observer?.unobserve(target);
      watched.delete(target);
      // The last one out: nothing is kept of a board that is gone.
      if (watched.size === 0) {
        observer?.disconnect();
        observer = null;
      }
    };
  }, [element]);
  return near;
}
