/**
 * One car, several codes: a rotating jack changes its code during a stay, and the presence engine
 * knows each code by itself. The visit's presence is made of all of them:
 *
 *   the code heard last speaks for the car; an older one that fell silent says nothing any more
 *   an arrived car stays arrived (or parked) whatever a new code is still judged as
 *   a car has left when it was heard leaving by the code heard last; silence alone only parks it
 */
import type { PresenceStateName } from '../../shared/station-contract/index.ts';
import type { PresenceChange, PresenceRule } from '../presence/types.ts';

export interface CombinedPresence {
  state: PresenceStateName;
  laneId: string | null;
  laneCandidates: readonly string[];
  lastHeardAtMs: number;
  /** The rule of the change that spoke. */
  rule: PresenceRule;
}

const leavingRules: readonly PresenceRule[] = [
  'heard-leaving',
  'fell-silent-leaving',
  'heard-elsewhere',
  'long-timeout',
];

/**
 * @param arrived was the car judged as arrived before?
 * @param codes the latest change of each of its codes, `change` among them
 */
export function combinePresence(
  arrived: boolean,
  codes: readonly PresenceChange[],
  change: PresenceChange,
): CombinedPresence {
  const alive = codes.filter((c) => c.state !== 'departed');
  const last = newest(alive);
  const lane = newest(alive.filter((c) => c.laneId !== null || (c.laneCandidates?.length ?? 0) > 0));
  const result = (state: PresenceStateName): CombinedPresence => ({
    state,
    laneId: lane?.laneId ?? null,
    laneCandidates: lane?.laneCandidates ?? [],
    lastHeardAtMs: Math.max(...codes.map((c) => c.lastHeardAtMs)),
    rule: change.why.rule,
  });

  if (change.state === 'departed') {
    const heardLast = last === null || change.lastHeardAtMs >= last.lastHeardAtMs;
    if (heardLast && leavingRules.includes(change.why.rule)) return result('departed');
    if (last === null) return result(arrived ? 'parked' : 'departed');
  }
  if (last === null) return result(arrived ? 'parked' : 'departed');
  if (arrived) return result(last.state === 'parked' ? 'parked' : 'arrived');
  const order: PresenceStateName[] = ['tentative', 'approaching', 'parked', 'arrived'];
  let best: PresenceStateName = 'tentative';
  for (const c of alive) if (order.indexOf(c.state) > order.indexOf(best)) best = c.state;
  return result(best);
}

function newest(changes: readonly PresenceChange[]): PresenceChange | null {
  let found: PresenceChange | null = null;
  for (const c of changes) if (found === null || c.lastHeardAtMs >= found.lastHeardAtMs) found = c;
  return found;
}
