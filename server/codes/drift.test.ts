import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RotatingJack, windowAt } from '../../shared/eid/index.ts';
import { driftAfter, driftLimits } from './drift.ts';

const registered = (rotationExponent: number): RotatingJack => ({
  identityKey: Buffer.alloc(16, 7),
  rotationExponent,
  counterSeconds: 123_456,
  counterAtMs: 1_790_000_000_000,
});

describe('the tracked drift of a rotating jack', () => {
  it('keeps a jack known for a year at any K from 0 to 15, though its clock strays by many windows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 15 }),
        fc.integer({ min: -100, max: 100 }),
        fc.nat(999),
        (exponent, ppm, salt) => {
          const jack = registered(exponent);
          const { counterAtMs } = jack;
          const lengthMs = 2 ** exponent * 1000;
          let driftMs = 0;
          let driftAtMs: number | null = null;
          // Heard so often that its clock strays less than an eighth of a window in between.
          const stepMs = Math.min(7 * 86_400_000, (lengthMs / 8) * 1e4) - salt;
          const steps = Math.min(600, Math.ceil((365 * 86_400_000) / stepMs));
          for (let step = 1; step <= steps; step++) {
            const heardAtMs = counterAtMs + step * stepMs;
            const realDriftMs = Math.round((step * stepMs * ppm) / 1e6);
            // A clock that is behind by so much broadcasts now what was due so long ago.
            const { fromMs, toMs } = windowAt(jack, heardAtMs - realDriftMs);
            const reckonedMs = heardAtMs - driftMs;
            expect(reckonedMs).toBeGreaterThanOrEqual(fromMs - lengthMs);
            expect(reckonedMs).toBeLessThan(toMs + lengthMs);
            const next = driftAfter({ driftMs, driftAtMs, counterAtMs }, { fromMs, toMs }, heardAtMs);
            if (next !== driftMs) driftAtMs = heardAtMs;
            driftMs = next;
          }
        },
      ),
      { numRuns: 200, seed: 20261121 },
    );
  });

  it('is not dragged along by a recorded code that is played again and again', () => {
    const counterAtMs = 0;
    const window = { fromMs: 0, toMs: 1_024_000 };
    let jack: { driftMs: number; driftAtMs: number | null; counterAtMs: number } = {
      driftMs: 0,
      driftAtMs: null,
      counterAtMs,
    };
    for (let atMs = 1_024_000; atMs < 86_400_000; atMs += 1_000) {
      const driftMs = driftAfter(jack, window, atMs);
      if (driftMs !== jack.driftMs) jack = { driftMs, driftAtMs: atMs, counterAtMs };
    }
    expect(jack.driftMs).toBeLessThanOrEqual(driftLimits.firstMs + 86_400_000 * 5e-4);
  });

  it('stays when the code is in the middle of where it should be, and hears no late news', () => {
    const jack = { driftMs: 300, driftAtMs: 50_000, counterAtMs: 0 };
    expect(driftAfter(jack, { fromMs: 60_000, toMs: 70_000 }, 65_300)).toBe(300);
    expect(driftAfter(jack, { fromMs: 60_000, toMs: 70_000 }, 40_000)).toBe(300);
  });
});
