import { describe, expect, it } from 'vitest';
import { presenceDelays } from './delays.ts';
import { nearRatio, noteNearness } from './nearness.ts';
import { hear, newLevel } from './smoothed-level.ts';
import { faded, randomFrom } from './testing.ts';

const everyMs = 100;
const { nearEnoughSum, nearMostSum, nearLeast } = presenceDelays;

/** Heard ten times a second. */
class Heard {
  readonly level = newLevel();
  #nowMs = 0;

  hear(dbm: number): this {
    this.#nowMs += everyMs;
    hear(this.level, dbm, this.#nowMs, presenceDelays);
    noteNearness(this.level, presenceDelays);
    return this;
  }
}

/** A direct ray and scattered ones 11 dB below it (Rice), as a receiver rounds it, dBm. */
function rice(dbm: number, random: () => number): number {
  const k = 10 ** 1.1;
  const radius = Math.sqrt((-2 * Math.log(1 - random())) / (2 * k));
  const angle = 2 * Math.PI * random();
  const power = (1 + radius * Math.cos(angle)) ** 2 + (radius * Math.sin(angle)) ** 2;
  return Math.round(dbm + 10 * Math.log10(power));
}

describe('one step', () => {
  it('speaks for near where it is small, for far where it is great, and never too much', () => {
    expect(nearRatio(0, presenceDelays)).toBeGreaterThan(0.9);
    expect(nearRatio(2, presenceDelays)).toBeGreaterThan(0);
    expect(nearRatio(6, presenceDelays)).toBeLessThan(-1);
    expect(nearRatio(-6, presenceDelays)).toBe(nearRatio(6, presenceDelays));
    expect(nearRatio(40, presenceDelays)).toBe(nearLeast);
  });
});

describe('a car', () => {
  it('that rolls right before the receiver is known to be near within two and a half seconds, whatever the level', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = randomFrom(seed);
      const heard = new Heard();
      for (let n = 0; n < 50; n++) heard.hear(faded(-70, random));
      let hearings = 0;
      for (; heard.level.nearSum <= nearEnoughSum && hearings < 100; hearings++)
        heard.hear(rice(-40 - seed, random));
      expect(hearings).toBeLessThanOrEqual(25);
    }
  });

  it('that moves further away is taken for near one time in fifty at most', () => {
    const random = randomFrom(5);
    const heard = new Heard();
    let near = 0;
    const hearings = 9_000;
    for (let n = 0; n < hearings; n++)
      if (heard.hear(faded(-70, random)).level.nearSum > nearEnoughSum) near += 1;
    expect(near / hearings).toBeLessThan(0.02);
  });

  it('that leaves is known to be far within two and a half seconds, however long it was near', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = randomFrom(seed);
      const heard = new Heard();
      for (let n = 0; n < 600; n++) heard.hear(-50);
      expect(heard.level.nearSum).toBe(nearMostSum);
      let hearings = 0;
      for (; heard.level.nearSum > nearEnoughSum && hearings < 100; hearings++)
        heard.hear(faded(-60, random));
      expect(hearings).toBeLessThanOrEqual(25);
    }
  });

  it('begins anew when it was not heard for a while', () => {
    const heard = new Heard();
    for (let n = 0; n < 60; n++) heard.hear(-50);
    hear(heard.level, -50, 60 * everyMs + presenceDelays.staleMs + 1_000, presenceDelays);
    noteNearness(heard.level, presenceDelays);
    expect(heard.level.nearSum).toBe(0);
  });
});
