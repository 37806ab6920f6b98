import type { Lane } from '../../shared/station-contract/index.ts';
import type { LaneSettings } from '../presence/index.ts';
import type { NamedSpec } from './named-spec.ts';

/** Lane → the receivers that stand at it, where the installer said so. */
export type LaneReceivers = Readonly<Record<string, readonly string[]>>;

/**
 * Which receiver hears which lane: as the installer set it; else by name (receiver `bay-2` stands at
 * lane `bay-2`). Receivers that stand at no lane are what the lanes are compared with. A site whose
 * receivers nobody named has no way to tell its lanes apart: each hears them all.
 */
export function laneSettings(
  lanes: readonly Lane[],
  receivers: readonly NamedSpec[],
  chosen: LaneReceivers = {},
): LaneSettings[] {
  const ids = new Set(receivers.map((receiver) => receiver.receiverId));
  const settings = lanes.map((lane) => {
    const set = chosen[lane.laneId]?.filter((receiverId) => ids.has(receiverId));
    const receiverIds = set ?? (ids.has(lane.laneId) ? [lane.laneId] : []);
    return {
      laneId: lane.laneId,
      kind: lane.kind,
      receivers: receiverIds.map((receiverId) => ({ receiverId })),
    };
  });
  if (settings.some((lane) => lane.receivers.length > 0)) return settings;
  const nameless = receivers.filter((receiver) => !receiver.named);
  return settings.map((lane) => ({
    ...lane,
    receivers: nameless.map(({ receiverId }) => ({ receiverId })),
  }));
}

/** The installer's choice as kept in the settings; anything unreadable counts as none. */
export function parseLaneReceivers(text: string | null): LaneReceivers {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    const chosen: Record<string, readonly string[]> = {};
    for (const [laneId, ids] of Object.entries(value)) {
      if (Array.isArray(ids)) chosen[laneId] = ids.filter((receiverId) => typeof receiverId === 'string');
    }
    return chosen;
  } catch {
    return {};
  }
}
