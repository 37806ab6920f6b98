/** A stay over the end of an engine: what is kept of it, and how it goes on in the next one. */
import type { Track } from './track.ts';
import type { PresenceChange, RestoredPresence } from './types.ts';

/** What is kept of a car that is here; nothing of one that is not. */
export function stayOf(change: PresenceChange, carKey: string | null): RestoredPresence[] {
  const { code, state, laneId, laneCandidates, firstHeardAtMs, arrivedAtMs, lastHeardAtMs } = change;
  if ((state !== 'arrived' && state !== 'parked') || arrivedAtMs === null) return [];
  return [
    {
      code,
      ...(carKey === null ? {} : { carKey }),
      state,
      laneId,
      ...(laneCandidates === undefined ? {} : { laneCandidates }),
      firstHeardAtMs,
      arrivedAtMs,
      lastHeardAtMs,
    },
  ];
}

/** A stay of an earlier run goes on. @param fromWall the wall clock → engine time */
export function restoreStay(
  track: Track,
  stay: RestoredPresence,
  nowMs: number,
  fromWall: (wallMs: number) => number,
): void {
  track.firstHeardAtMs = fromWall(stay.firstHeardAtMs);
  track.arrivedAtMs = fromWall(stay.arrivedAtMs);
  track.lastHeardAtMs = Math.min(nowMs, fromWall(stay.lastHeardAtMs));
  track.hearings = 1;
  track.candidates = stay.laneCandidates ?? (stay.laneId === null ? [] : [stay.laneId]);
  track.laneId = stay.laneId;
  track.why = { rule: 'present-at-start', sinceMs: track.arrivedAtMs, marginDb: null };
}
