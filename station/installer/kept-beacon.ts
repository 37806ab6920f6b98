import { type BeaconCode, codeBehaviourOf, parseBeaconCode } from '../../shared/domain/index.ts';
import type { RefusalReason } from '../../shared/station-contract/index.ts';
import { beaconSilentAfterMs } from '../receivers/index.ts';

export const testBeaconKey = 'receivers.test-beacon';

/** The test beacon as kept in the settings; anything unreadable counts as none. */
export function keptBeacon(text: string | null): { code: BeaconCode | null; silentAfterMs: number } {
  try {
    const { code, silentAfterMs } = JSON.parse(text ?? '{}') as Record<string, unknown>;
    return {
      code: typeof code === 'string' ? parseBeaconCode(code) : null,
      silentAfterMs: typeof silentAfterMs === 'number' ? silentAfterMs : beaconSilentAfterMs,
    };
  } catch {
    return { code: null, silentAfterMs: beaconSilentAfterMs };
  }
}

/** Why this code cannot be the test beacon's: it would be missed with its next change, or its car would not be seen. */
export function unfitForBeacon(code: BeaconCode, isOfCar: boolean): RefusalReason | null {
  if (codeBehaviourOf(code) === 'rotating') return 'code-changes';
  return isOfCar ? 'code-of-a-car' : null;
}
