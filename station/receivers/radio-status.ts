import type { StationStatus } from '../../shared/station-contract/index.ts';
import type { LinkHealth } from './supervised-link.ts';

export type RadioStatus = StationStatus['radio'];

/** Is the radio to be trusted? Of all receivers' health, and of the test beacon where one is set. */
export function judgeRadio(
  receivers: readonly { receiverId: string; health: LinkHealth }[],
  beaconSilentSinceMs: number | null,
): RadioStatus {
  // A recording that was played to its end is neither well nor ill.
  const live = receivers.filter(({ health }) => health.state !== 'closed');
  if (live.length === 0) return { state: 'no-receiver' };
  const bad = live.filter(({ health }) => health.state === 'silent' || health.state === 'failed');
  const sinceMs = Math.min(...bad.map(({ health }) => health.sinceMs));
  if (bad.length === live.length) {
    const silent = bad.some(({ health }) => health.state === 'silent');
    return { state: 'down', sinceMs, reason: silent ? 'silent' : 'failed' };
  }
  if (bad.length > 0) {
    return { state: 'impaired', sinceMs, receivers: bad.map(({ receiverId }) => receiverId) };
  }
  if (!live.some(({ health }) => health.state === 'healthy')) return { state: 'starting' };
  if (beaconSilentSinceMs === null) return { state: 'healthy' };
  return { state: 'impaired', sinceMs: beaconSilentSinceMs, receivers: [], reason: 'test-beacon-silent' };
}
