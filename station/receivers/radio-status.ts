import type { StationStatus } from '../../shared/station-contract/index.ts';
import type { LaneSettings } from '../presence/index.ts';
import type { LinkHealth } from './link-stability.ts';

export type RadioStatus = StationStatus['radio'];

/** Is the radio to be trusted? Of all receivers' health, and of the test beacon where one is set. */
export function judgeRadio(
  receivers: readonly { receiverId: string; health: LinkHealth }[],
  beaconSilentSinceMs: number | null,
  lanes: readonly LaneSettings[] = [],
): RadioStatus {
  // A recording that was played to its end is neither well nor ill.
  const live = receivers.filter(({ health }) => health.state !== 'closed');
  if (live.length === 0) return { state: 'no-receiver' };
  const bad = live.filter(({ health }) => health.state === 'silent' || health.state === 'failed');
  if (bad.length === live.length) {
    const silent = bad.some(({ health }) => health.state === 'silent');
    const sinceMs = Math.min(...bad.map(({ health }) => health.sinceMs));
    return { state: 'down', sinceMs, reason: silent ? 'silent' : 'failed' };
  }
  const unstable = live.filter(({ health }) => health.state === 'unstable');
  const marked = [...bad, ...unstable];
  if (marked.length === 0 && !live.some(({ health }) => health.state === 'healthy'))
    return { state: 'starting' };
  if (marked.length === 0 && beaconSilentSinceMs === null) return { state: 'healthy' };
  const sinceMs = Math.min(...marked.map(({ health }) => health.sinceMs));
  const deaf = bad.map(({ receiverId }) => receiverId);
  return {
    state: 'impaired',
    sinceMs: Math.min(sinceMs, beaconSilentSinceMs ?? sinceMs),
    receivers: deaf,
    unstable: unstable.map(({ receiverId }) => receiverId),
    lanes: lanes
      .filter(({ receivers: own }) => own.length > 0 && own.every((one) => deaf.includes(one.receiverId)))
      .map(({ laneId }) => laneId),
    ...(beaconSilentSinceMs === null ? {} : { reason: 'test-beacon-silent' as const }),
  };
}
