import { describe, expect, it } from 'vitest';
import { forecourt, Scene } from './testing.ts';

const hour = 3_600_000;
/** A lane hears it, though far away, much better than the entrance does. */
const neighbour = { bays: -84, entrance: -95 };

describe('a car that stands about', () => {
  it('is no arrival, however much better a lane hears it than the entrance, for as long as it stands', () => {
    const scene = new Scene(forecourt).hear(neighbour, hour);
    expect(scene.states()).toEqual(['tentative', 'approaching']);
  });

  it('arrives when it drives up to the lane', () => {
    const scene = new Scene(forecourt).hear(neighbour, 300_000);
    scene.hear({ bays: [-84, -66], entrance: -90 }, 6_000).hear({ bays: -66, entrance: -90 }, 4_000);
    expect(scene.last()).toMatchObject({ state: 'arrived', laneId: 'bay-1' });
  });

  it('and is there from its first word when it sounds like one right before the receiver', () => {
    const scene = new Scene(forecourt).hear({ bays: -62, entrance: -88 }, 6_000);
    expect(scene.last()).toMatchObject({ state: 'arrived', laneId: 'bay-1' });
  });

  it('was there before, not come, when the station begins to hear it', () => {
    const scene = new Scene(forecourt, 0);
    const late = scene.nowMs;
    scene.hear({ bays: -62, entrance: -88 }, 6_000);
    expect(scene.last().why.rule).not.toBe('present-at-start');
    const early = new Scene({ ...forecourt, tuning: { presentAtStartMs: late + 1_000 } }, 0);
    // Not enough to be judged within a second.
    early.hear({ bays: -70, entrance: -80 }, 6_000);
    expect(early.last()).toMatchObject({ state: 'arrived', why: { rule: 'present-at-start' } });
  });
});

describe('a weak jack, heard to come', () => {
  it('arrives though it is no louder than a neighbour', () => {
    const scene = new Scene(forecourt).hear({ entrance: [-92, -88] }, 6_000);
    scene.hear({ entrance: [-88, -95], bays: [-94, -84] }, 5_000).hear(neighbour, 6_000);
    expect(scene.last()).toMatchObject({ state: 'arrived', laneId: 'bay-1' });
  });
});
