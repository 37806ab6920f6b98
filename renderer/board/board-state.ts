/**
 * What the kiosk knows of the site, folded from the board's event stream. Pure: an event and a
 * state in, a state out; a visit that did not change keeps its identity, so that its card is not
 * drawn again.
 */
import { replaceEqualDeep } from '@tanstack/react-query';
import { throwIllegalValue } from '../../shared/domain/index.ts';
import type {
  BoardEvent,
  ReceiverView,
  SiteSettings,
  StationStatus,
  VisitView,
} from '../../shared/station-contract/index.ts';

export interface BoardState {
  /** null until the first snapshot. */
  site: SiteSettings | null;
  status: StationStatus | null;
  receivers: readonly ReceiverView[];
  visits: ReadonlyMap<string, VisitView>;
  /** The station's clock minus this page's monotonic one, in milliseconds: nobody's correction here moves it. */
  offsetMs: number;
  /** Visits that arrived since the last snapshot and have not been announced. */
  arrivals: readonly string[];
}

export const emptyBoard: BoardState = {
  site: null,
  status: null,
  receivers: [],
  visits: new Map(),
  offsetMs: 0,
  arrivals: [],
};

const isHere = (visit: VisitView | undefined) =>
  visit !== undefined && (visit.presence === 'arrived' || visit.presence === 'parked');

/** @param localMs this page's monotonic clock when the event came in */
export function boardReducer(state: BoardState, event: BoardEvent, localMs: number): BoardState {
  switch (event.type) {
    case 'snapshot':
      return {
        site: event.site,
        status: event.status,
        receivers: event.receivers,
        visits: new Map(event.visits.map((visit) => [visit.visitId, visit])),
        offsetMs: event.nowMs - localMs,
        arrivals: [],
      };
    case 'visit': {
      const before = state.visits.get(event.visit.visitId);
      // Parts that are as they were keep their identity.
      const visit = before === undefined ? event.visit : replaceEqualDeep(before, event.visit);
      if (visit === before) return state;
      const visits = new Map(state.visits).set(visit.visitId, visit);
      const arrived = !isHere(before) && isHere(event.visit) && event.visit.closed === null;
      return {
        ...state,
        visits,
        arrivals: arrived ? [...state.arrivals, event.visit.visitId] : state.arrivals,
      };
    }
    case 'levels': {
      const visits = new Map(state.visits);
      let moved = false;
      for (const level of event.levels) {
        const before = visits.get(level.visitId);
        if (before === undefined) continue;
        const visit = replaceEqualDeep(before, { ...before, ...level });
        if (visit === before) continue;
        visits.set(level.visitId, visit);
        moved = true;
      }
      return moved ? { ...state, visits } : state;
    }
    case 'visit-gone': {
      if (!state.visits.has(event.visitId)) return state;
      const visits = new Map(state.visits);
      visits.delete(event.visitId);
      return { ...state, visits };
    }
    case 'status':
      return { ...state, status: event.status };
    case 'receivers':
      return { ...state, receivers: event.receivers };
    case 'site':
      return { ...state, site: event.site };
    case 'beat':
      return { ...state, offsetMs: event.nowMs - localMs };
    default:
      return throwIllegalValue(event);
  }
}

const levels: ReadonlySet<string> = new Set([
  'rssiDbm',
  'nearness',
  'lastHeardAtMs',
] satisfies (keyof VisitView)[]);

/** Nothing changed but how well the car is heard: that is not shown on the card of a car that is here. */
export function sameButForLevels(before: VisitView, after: VisitView): boolean {
  if (before === after) return true;
  const keys = Object.keys(after) as (keyof VisitView)[];
  return (
    keys.length === Object.keys(before).length &&
    keys.every((key) => levels.has(key) || before[key] === after[key])
  );
}
