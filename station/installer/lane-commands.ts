/** Which receivers stand at which lane, and from what level on: shown, and set by the installer. */
import { err, ok } from '../../shared/domain/index.ts';
import type { LaneRadioView, WalkReport } from '../../shared/station-contract/index.ts';
import { sameValue } from '../../shared/station-facts/index.ts';
import type { Actor, CommandResult, Core, Inputs } from '../core/types.ts';
import { parseLaneReceivers, type Radio } from '../receivers/index.ts';
import { lessonsOf } from './walk-lessons.ts';

export const laneReceiversKey = 'receivers.lanes';

interface Deps {
  core: Pick<Core, 'settings'>;
  radio: Radio;
}

export function laneViews({ radio, core }: Deps): LaneRadioView[] {
  const chosen = parseLaneReceivers(core.settings.recall(laneReceiversKey));
  return radio.laneSettings().map(({ laneId, receivers }) => ({
    laneId,
    chosen: chosen[laneId] !== undefined,
    receivers: receivers.map(({ receiverId, enterDbm, exitDbm }) => ({
      receiverId,
      enterDbm: enterDbm ?? null,
      exitDbm: exitDbm ?? null,
    })),
  }));
}

/** @param walk the report whose proposal this is */
export function setLanes(
  deps: Deps,
  actor: Actor,
  input: Inputs['lanes']['set'],
  walk: WalkReport | null,
): CommandResult<{ lanes: LaneRadioView[] }> {
  const { core, radio } = deps;
  const site = core.settings.site();
  const laneIds = input.lanes.map(({ laneId }) => laneId);
  const receiverIds = new Set(radio.receivers().map(({ receiverId }) => receiverId));
  const now = laneViews(deps);
  const late = lanesChangedMeanwhile(now, input);
  const chosenBefore = parseLaneReceivers(core.settings.recall(laneReceiversKey));
  // Where a receiver was taken out since, the lane is not as whoever chose it last left it: then nobody is named.
  const byPerson = late.filter(
    (id) => chosenBefore[id]?.length === now.find(({ laneId }) => laneId === id)?.receivers.length,
  );
  const kept = core.settings.keep(
    actor,
    'lanes.set',
    input,
    {
      key: laneReceiversKey,
      journal: 'lane-receivers-changed',
      details: {
        lanes: laneIds,
        ...(input.walkTestId === undefined ? {} : { walkTestId: input.walkTestId }),
      },
      parts: (late.length > 0 ? byPerson : laneIds).map((laneId) => `${laneReceiversKey}/${laneId}`),
    },
    (text) => {
      if (laneIds.some((id) => !site.lanes.some(({ laneId }) => laneId === id))) return err('lane-not-found');
      if (input.lanes.some((lane) => lane.receivers.some((one) => !receiverIds.has(one.receiverId)))) {
        return err('receiver-not-found');
      }
      if (late.length > 0) return err('changed-meanwhile');
      const chosen: Record<string, unknown> = { ...parseLaneReceivers(text) };
      for (const { laneId, receivers } of input.lanes) {
        chosen[laneId] = receivers.map(({ receiverId, enterDbm, exitDbm }) => ({
          receiverId,
          ...(enterDbm === null ? {} : { enterDbm }),
          ...(exitDbm === null ? {} : { exitDbm }),
        }));
      }
      return ok({ value: JSON.stringify(chosen), answer: laneIds });
    },
  );
  if (!kept.ok) return kept;
  radio.setLanes(site.lanes, parseLaneReceivers(core.settings.recall(laneReceiversKey)));
  // A lane that has other receivers now knows nothing any more: it is taught after that.
  if (walk !== null) radio.teach(lessonsOf(walk).filter(({ laneId }) => laneIds.includes(laneId)));
  return ok({ lanes: laneViews(deps) });
}

/** Those that are neither as they were seen nor as they are asked for; in whatever order their receivers stand. */
function lanesChangedMeanwhile(
  now: readonly LaneRadioView[],
  { seen, lanes }: Inputs['lanes']['set'],
): string[] {
  const at = (list: readonly Omit<LaneRadioView, 'chosen'>[], laneId: string) =>
    list
      .find((lane) => lane.laneId === laneId)
      ?.receivers.toSorted((a, b) => a.receiverId.localeCompare(b.receiverId));
  return lanes.flatMap(({ laneId }) => {
    const before = at(seen ?? [], laneId);
    const found = at(now, laneId);
    if (before === undefined || sameValue(found, before) || sameValue(found, at(lanes, laneId))) return [];
    return [laneId];
  });
}
