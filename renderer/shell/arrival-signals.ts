import { useEffect, useRef, useState } from 'react';
import { afterLayout } from '../parts/index.ts';
import { laneKindOf, visitLaneName } from '../parts/lane-name.ts';
import { useBoard, useKiosk } from '../session/index.ts';
import { useWords } from '../words/index.ts';
import { chime, prepareChime } from './chime.ts';
import { paidIds, unclaimedKinds } from './due-rings.ts';

/** A sound that goes on until somebody takes the car rings again after this. */
const repeatEveryMs = 12_000;

/** Rings for arrivals and for money (unless muted) and returns the sentence for screen readers. */
export function useArrivalSignals(): string {
  const { board, preferences } = useKiosk();
  const arrivals = useBoard((state) => state.arrivals);
  const visits = useBoard((state) => state.visits);
  const { w } = useWords();
  const words = useRef(w);
  words.current = w;
  const [announcement, setAnnouncement] = useState('');
  useEffect(() => afterLayout(prepareChime), []);
  useEffect(() => {
    if (arrivals.length === 0) return;
    const { site, visits: now } = board.get();
    const sentences: string[] = [];
    const { muted, sounds } = preferences.get();
    for (const visitId of board.takeArrivals()) {
      const visit = now.get(visitId);
      if (visit === undefined) continue;
      if (!muted) chime(sounds[laneKindOf(visit.laneId, site) ?? 'bay']);
      sentences.push(
        words.current.board.announceArrival(visitLaneName(visit, site, words.current), visit.plateTail),
      );
    }
    if (sentences.length > 0) setAnnouncement(sentences.join('. '));
  }, [arrivals, board, preferences]);

  useEffect(() => {
    const timer = setInterval(() => {
      const { muted, sounds } = preferences.get();
      if (muted) return;
      const { site, visits: now } = board.get();
      for (const kind of unclaimedKinds(now.values(), site, sounds)) chime(sounds[kind]);
    }, repeatEveryMs);
    return () => clearInterval(timer);
  }, [board, preferences]);

  // Whoever asked for it may be at another screen by now: paid is heard everywhere.
  const paid = useRef<Set<string> | null>(null);
  useEffect(() => {
    const now = paidIds(visits.values());
    const before = paid.current;
    paid.current = now;
    const { muted, sounds } = preferences.get();
    if (before !== null && !muted && [...now].some((id) => !before.has(id))) chime(sounds.paid);
  }, [visits, preferences]);
  return announcement;
}
