import { describe, expect, it } from 'vitest';
import { distanceKm } from './travel.ts';

describe('the distance between two sites', () => {
  it('from Seoul to Busan is 325 km, from a place to itself nothing', () => {
    const seoul = { latitude: 37.5665, longitude: 126.978 };
    const busan = { latitude: 35.1796, longitude: 129.0756 };
    expect(distanceKm(seoul, busan)).toBeCloseTo(325, -1);
    expect(distanceKm(seoul, seoul)).toBe(0);
  });
});
