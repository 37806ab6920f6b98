import { type BeaconCode, parseBeaconCode } from '../../shared/domain/index.ts';
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
