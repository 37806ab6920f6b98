import { useEffect, useRef, useState } from 'react';
import { laneKindOf, visitLaneName } from '../parts/lane-name.ts';
import { useBoard, useKiosk } from '../session/index.ts';
import { useWords } from '../words/index.ts';
import { chime } from './chime.ts';

/** Rings for each arrival (unless muted) and returns the sentence for screen readers. */
export function useArrivalSignals(): string {
  const { board, preferences } = useKiosk();
  const arrivals = useBoard((state) => state.arrivals);
  const { w } = useWords();
  const words = useRef(w);
  words.current = w;
  const [announcement, setAnnouncement] = useState('');
  useEffect(() => {
    if (arrivals.length === 0) return;
    const { site, visits } = board.get();
    const sentences: string[] = [];
    for (const visitId of board.takeArrivals()) {
      const visit = visits.get(visitId);
      if (visit === undefined) continue;
      if (!preferences.get().muted) chime(laneKindOf(visit.laneId, site) ?? 'bay');
      sentences.push(
        words.current.board.announceArrival(visitLaneName(visit, site, words.current), visit.plateTail),
      );
    }
    if (sentences.length > 0) setAnnouncement(sentences.join('. '));
  }, [arrivals, board, preferences]);
  return announcement;
}
