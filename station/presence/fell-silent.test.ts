import { describe, expect, it } from 'vitest';
import { presenceDelays } from './delays.ts';
import { forecourt, Scene } from './testing.ts';

/** Too weak for any judgement, heard by a bay alone, and cut off in the middle. */
const cutOff = () => new Scene(forecourt).hear({ entrance: [-93, -90] }, 4_000).hear({ bays: -92 }, 10_000);

describe('a car that was never judged as arrived falls silent', () => {
  it('to its last word best heard by a lane: it is kept for as long as refueling takes, and says why', () => {
    const scene = cutOff().pass(10 * 60_000);
    expect(scene.states()).not.toContain('departed');
    expect(scene.last()).toMatchObject({ state: 'approaching', why: { rule: 'silent-not-gone' } });
  });

  it('and goes on with the same stay when its engine starts again', () => {
    const scene = cutOff();
    const { firstHeardAtMs } = scene.last();
    scene.pass(10 * 60_000).hear({ bays: -92 }, 3_000);
    expect(scene.last()).toMatchObject({
      state: 'approaching',
      why: { rule: 'heard-again' },
      firstHeardAtMs,
    });
    scene.hear({ bays: [-92, -70] }, 4_000).hear({ bays: -70 }, 4_000);
    expect(scene.last()).toMatchObject({ state: 'arrived', firstHeardAtMs });
  });

  it('but not for ever', () => {
    const scene = cutOff().pass(presenceDelays.silentHoldMs + 10_000);
    expect(scene.last()).toMatchObject({ state: 'departed', why: { rule: 'never-heard-again' } });
  });

  it('word by word, as one that drives out of reach: it is given up', () => {
    const scene = new Scene(forecourt).hear({ entrance: [-90, -84], bays: -90 }, 4_000);
    scene.hear({ bays: -91 }, 4_000).hear({ bays: -92 }, 3_000, undefined, 400).pass(90_000);
    expect(scene.last()).toMatchObject({ state: 'departed', arrivedAtMs: null });
  });

  it('word by word at the edge of hearing, but by lanes alone for long: who leaves is heard at the way out', () => {
    const atTheEdge = (aloneMs: number) =>
      new Scene(forecourt)
        .hear({ entrance: -91, bays: -93 }, 4_000)
        .hear({ bays: -94 }, aloneMs / 2)
        .hear({ bays: -94 }, aloneMs / 2, undefined, 400)
        .pass(5 * 60_000)
        .last();
    expect(atTheEdge(20_000)).toMatchObject({ state: 'approaching', why: { rule: 'silent-not-gone' } });
    expect(atTheEdge(6_000)).toMatchObject({ state: 'departed', why: { rule: 'never-heard-again' } });
  });

  it('sinking: it drove by', () => {
    const scene = new Scene(forecourt).hear({ bays: [-92, -80] }, 3_000).hear({ bays: [-80, -94] }, 3_000);
    expect(scene.pass(15_000).last()).toMatchObject({ state: 'departed', why: { rule: 'drove-by' } });
  });

  it('where the entrance hears it best: it waits on the road no longer than a minute', () => {
    const scene = new Scene(forecourt).hear({ entrance: -85, bays: -93 }, 10_000).pass(70_000);
    expect(scene.last()).toMatchObject({ state: 'departed', why: { rule: 'never-heard-again' } });
  });
});
