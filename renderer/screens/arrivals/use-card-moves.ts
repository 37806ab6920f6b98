import { type RefObject, useLayoutEffect, useRef } from 'react';
import { moveMs } from '../../theme/theme.ts';

interface Place {
  left: number;
  top: number;
}

/**
 * When cards change places they glide there, and a card on the move takes no taps: a finger that
 * was about to tap one car cannot hit another that slid under it. Cards that nobody sees on their way
 * only change places: two hundred that glide at once are two hundred layers.
 */
export function useCardMoves(grid: RefObject<HTMLElement | null>, order: readonly string[]): void {
  const places = useRef(new Map<string, Place>());
  const before = useRef<readonly string[]>([]);
  useLayoutEffect(() => {
    const list = grid.current;
    if (list === null || before.current === order) return;
    before.current = order;
    const previous = places.current;
    const next = new Map<string, Place>();
    const moved: { card: HTMLElement; was: Place; place: Place }[] = [];
    for (const card of list.children) {
      if (!(card instanceof HTMLElement)) continue;
      const visitId = card.dataset.visitId;
      if (visitId === undefined) continue;
      const place = { left: card.offsetLeft, top: card.offsetTop };
      next.set(visitId, place);
      const was = previous.get(visitId);
      if (was !== undefined && (was.left !== place.left || was.top !== place.top)) {
        moved.push({ card, was, place });
      }
    }
    places.current = next;
    if (moved.length > 0) glide(list, moved);
  }, [grid, order]);
}

function glide(list: HTMLElement, moved: readonly { card: HTMLElement; was: Place; place: Place }[]): void {
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
