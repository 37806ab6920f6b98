import { describe, expect, it } from 'vitest';
import { beaconCode } from '../../shared/domain/index.ts';
import { TestBeacon } from './test-beacon.ts';

const code = beaconCode('ibeacon', '1'.padStart(40, '0'));

describe('the test beacon', () => {
  it('is waited for before it is called silent, and at the moment at which the radio is marked', () => {
    const beacon = new TestBeacon();
    expect(beacon.view(0).heard).toBeNull();
    beacon.set(code, 20_000, 0);
    for (const nowMs of [0, 19_999]) {
      expect(beacon.view(nowMs).heard).toBeNull();
      expect(beacon.silentSinceMs(nowMs)).toBeNull();
    }
    expect(beacon.view(20_000).heard).toBe(false);
    expect(beacon.silentSinceMs(20_000)).toBe(0);
    beacon.heard(25_000);
    expect(beacon.view(25_000).heard).toBe(true);
    expect(beacon.view(44_999).heard).toBe(true);
    expect(beacon.view(45_000).heard).toBe(false);
    expect(beacon.silentSinceMs(45_000)).toBe(25_000);
  });
});
