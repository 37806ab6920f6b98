import { type RefObject, useLayoutEffect, useRef } from 'react';
import { afterLayout } from '../../parts/index.ts';
import { moveMs } from '../../theme/theme.ts';

interface Place {
  left: number;
  top: number;
}

interface Moved {
  card: HTMLElement;
  was: Place;
  place: Place;
}

/**
 * When cards change places they glide there, and a card on the move takes no taps: a finger that
 * was about to tap one car cannot hit another that slid under it. Cards that nobody sees on their way
 * only change places: two hundred that glide at once are two hundred layers.
 */
export function useCardMoves(grid: RefObject<HTMLElement | null>, order: readonly string[]): void {
  const places = useRef<Map<HTMLElement, Place> | null>(null);
  const before = useRef<readonly string[]>([]);
  useLayoutEffect(() => {
    const list = grid.current;
    if (list === null || (before.current === order && places.current !== null)) return undefined;
    before.current = order;
    const previous = places.current;
    // Nothing moves on a board that has just been opened: where its cards are is only wanted for the next time.
    if (previous === null) {
      return afterLayout(() => {
        places.current ??= placesIn(list);
      });
    }
    const next = placesIn(list);
    const moved: Moved[] = [];
    for (const [card, place] of next) {
      const was = previous.get(card);
      if (was !== undefined && (was.left !== place.left || was.top !== place.top)) {
        moved.push({ card, was, place });
      }
    }
    places.current = next;
    if (moved.length > 0) glide(list, moved);
    return undefined;
  }, [grid, order]);
}

function placesIn(list: HTMLElement): Map<HTMLElement, Place> {
  const places = new Map<HTMLElement, Place>();
  for (const card of list.children) {
    if (card instanceof HTMLElement) places.set(card, { left: card.offsetLeft, top: card.offsetTop });
  }
  return places;
}

function glide(list: HTMLElement, moved: readonly Moved[]): void {
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  // Cards and list are measured from the same edge: so much lies between that and the window's.
  const shift = list.getBoundingClientRect().top - list.offsetTop;
  const inSight = (top: number, height: number) =>
    top + shift + height >= 0 && top + shift <= window.innerHeight;
  const seen = moved.filter(({ card, was, place }) => {
    const height = card.offsetHeight;
    return inSight(was.top, height) || inSight(place.top, height);
  });
  for (const { card, was, place } of seen) {
    card.style.pointerEvents = 'none';
    if (still || typeof card.animate !== 'function') continue;
    card.animate(
      [
        { transform: `translate(${was.left - place.left}px, ${was.top - place.top}px)` },
        { transform: 'none' },
      ],
      { duration: moveMs, easing: 'cubic-bezier(0.2, 0.8, 0.2, 1)' },
    );
  }
  setTimeout(() => {
    for (const { card } of seen) card.style.pointerEvents = '';
  }, moveMs);
}
