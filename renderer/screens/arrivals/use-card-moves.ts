import { type RefObject, useLayoutEffect, useRef } from 'react';
import { moveMs } from '../../theme/theme.ts';

/**
 * When cards change places they glide there, and a card on the move takes no taps: a finger that
 * was about to tap one car cannot hit another that slid under it.
 */
export function useCardMoves(grid: RefObject<HTMLElement | null>, order: readonly string[]): void {
  const places = useRef(new Map<string, { left: number; top: number }>());
  const before = useRef<readonly string[]>([]);
  useLayoutEffect(() => {
    const list = grid.current;
    if (list === null || before.current === order) return;
    before.current = order;
    const previous = places.current;
    const next = new Map<string, { left: number; top: number }>();
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    for (const card of list.children) {
      if (!(card instanceof HTMLElement)) continue;
      const visitId = card.dataset.visitId;
      if (visitId === undefined) continue;
      const place = { left: card.offsetLeft, top: card.offsetTop };
      next.set(visitId, place);
      const was = previous.get(visitId);
      if (was === undefined || (was.left === place.left && was.top === place.top)) continue;
      card.style.pointerEvents = 'none';
      setTimeout(() => {
        card.style.pointerEvents = '';
      }, moveMs);
      if (still || typeof card.animate !== 'function') continue;
      card.animate(
        [
          { transform: `translate(${was.left - place.left}px, ${was.top - place.top}px)` },
          { transform: 'none' },
        ],
        { duration: moveMs, easing: 'cubic-bezier(0.2, 0.8, 0.2, 1)' },
      );
    }
    places.current = next;
  }, [grid, order]);
}
