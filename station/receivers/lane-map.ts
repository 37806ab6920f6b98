import type { Lane } from '../../shared/station-contract/index.ts';
import type { LaneReceiver, LaneSettings } from '../presence/index.ts';
import type { NamedSpec } from './named-spec.ts';

/** Lane → the receivers that stand at it and their limits, where the installer said so. */
export type LaneReceivers = Readonly<Record<string, readonly LaneReceiver[]>>;

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
  const settings = lanes.map((lane): LaneSettings => {
    const set = chosen[lane.laneId]?.filter(({ receiverId }) => ids.has(receiverId));
    const byName = ids.has(lane.laneId) ? [{ receiverId: lane.laneId }] : [];
    return { laneId: lane.laneId, kind: lane.kind, receivers: set ? [...set] : byName };
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
    const chosen: Record<string, readonly LaneReceiver[]> = {};
    for (const [laneId, entries] of Object.entries(value)) {
      if (Array.isArray(entries)) chosen[laneId] = entries.flatMap(parseEntry);
    }
    return chosen;
  } catch {
    return {};
  }
}

/** `{ receiverId, enterDbm?, exitDbm? }`, or the name alone as earlier versions kept it. */
function parseEntry(entry: unknown): LaneReceiver[] {
  if (typeof entry === 'string') return [{ receiverId: entry }];
  if (typeof entry !== 'object' || entry === null) return [];
  const { receiverId, enterDbm, exitDbm } = entry as Record<string, unknown>;
  if (typeof receiverId !== 'string') return [];
  return [
    {
      receiverId,
      ...(typeof enterDbm === 'number' ? { enterDbm } : {}),
      ...(typeof exitDbm === 'number' ? { exitDbm } : {}),
    },
  ];
}
