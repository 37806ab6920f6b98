import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import {
  type BoardFilter,
  type BoardOrder,
  type BoardRoom,
  boardOrder,
  boardRoom,
  handLingersMs,
  matchesFilter,
  steadyOrder,
} from '../../board/index.ts';
import { useBoard, useNowMs } from '../../session/index.ts';

/** The board's order and size, recomputed each second and with each event, but still while a hand is there. */
export function useBoardOrder(
  filter: BoardFilter,
  grid: RefObject<HTMLElement | null>,
): BoardOrder & { room: BoardRoom } {
  const site = useBoard((state) => state.site);
  const visits = useBoard((state) => state.visits);
  const nowMs = useNowMs();
  const handAtBoard = useHandAt(grid);
  const shown = useRef<readonly string[]>([]);
  const room = useRef<BoardRoom>('roomy');

  const wanted = useMemo(() => {
    if (site === null) return { here: [], onTheWay: [] };
    const matching = [...visits.values()].filter((visit) => matchesFilter(visit, filter));
    return boardOrder(matching, site, nowMs);
  }, [site, visits, nowMs, filter]);

  const here = steadyOrder(shown.current, wanted.here, handAtBoard);
  const unchanged =
    here.length === shown.current.length && here.every((visitId, place) => visitId === shown.current[place]);
  if (!unchanged) shown.current = here;
  if (!handAtBoard) room.current = boardRoom(here.length, room.current);
  return { here: shown.current as string[], onTheWay: wanted.onTheWay, room: room.current };
}

/** Is a finger down on the board, a mouse moving over it, a key pressed on a card, a menu open? And shortly after. */
function useHandAt(area: RefObject<HTMLElement | null>): boolean {
  const [present, setPresent] = useState(false);
  const element = area.current;
  useEffect(() => {
    const target = area.current ?? element;
    if (target === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onHand = () => {
      setPresent(true);
      clearTimeout(timer);
      timer = setTimeout(leave, handLingersMs);
    };
    function leave() {
      // An open menu belongs to a card: that card stays where it is.
      if (target?.querySelector('[aria-expanded="true"]')) timer = setTimeout(leave, handLingersMs);
      else setPresent(false);
    }
    const events = ['pointerdown', 'pointermove', 'pointerup', 'keydown', 'focusin'] as const;
    for (const name of events) target.addEventListener(name, onHand, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const name of events) target.removeEventListener(name, onHand);
    };
  }, [area, element]);
  return present;
}
