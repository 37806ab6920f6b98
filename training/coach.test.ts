import { describe, expect, it } from 'vitest';
import type { VisitView } from '../shared/station-contract/index.ts';
import { exerciseSteps } from '../shared/station-contract/index.ts';
import { exercises } from '../shared/station-facts/index.ts';
import { begun, type CoachState, heard, viewOf } from './coach.ts';
import { type Exercise, exerciseById, type Facts, type Happening } from './exercises/index.ts';

const other: Happening = { type: 'other' };

function facts(changes: Partial<Facts> = {}): Facts {
  return { nowMs: 0, visits: new Map(), serverReached: true, unsent: 0, shift: null, ...changes };
}

/** Three steps: done as soon as so many marks are unsent. */
const counting: Exercise = {
  id: 'first-pickup',
  prepare: async () => {},
  spoilt: ({ serverReached }) => (serverReached ? null : 'cancelled'),
  steps: [
    { id: 'arrives', done: ({ unsent }) => unsent >= 1 },
    {
      id: 'ready',
      done: ({ unsent }) => unsent >= 2,
      hint: (happening) =>
        happening.type === 'called' && happening.refused === 'pickup-check-failed' ? 'check-digits' : null,
    },
    { id: 'told', done: ({ unsent }) => unsent >= 3 },
  ],
};
const wrong: Happening = {
  type: 'called',
  procedure: 'pickups.handOver',
  refused: 'pickup-check-failed',
};

function following(
  state: CoachState,
  what: Partial<Facts>,
  happening: Happening = other,
  nowMs = 5,
): CoachState {
  return heard(state, counting, facts(what), happening, nowMs);
}

describe('the coach', () => {
  it('asks for the first step that the records do not show as done', () => {
    const state = following(begun(0), { unsent: 1 });
    expect(viewOf(state, counting)).toMatchObject({ state: 'running', step: 'ready', index: 1, of: 3 });
  });

  it('passes over several steps that were done in one go', () => {
    expect(following(begun(0), { unsent: 2 }).index).toBe(2);
  });

  it('does not move for anything but what the records show', () => {
    const state = begun(0);
    expect(following(state, {}, wrong)).toBe(state);
    expect(following(state, {})).toBe(state);
  });

  it('never goes back, also when what was done is undone', () => {
    const state = following(begun(0), { unsent: 2 });
    expect(following(state, { unsent: 0 }).index).toBe(2);
  });

  it('gives a hint after a wrong try, counts it, and takes it back when the step is done', () => {
    let state = following(begun(0), { unsent: 1 });
    state = following(state, { unsent: 1 }, wrong);
    state = following(state, { unsent: 1 }, wrong);
    expect(state).toMatchObject({ hint: { id: 'check-digits', times: 2 }, mistakes: 2 });
    expect(following(state, { unsent: 1 }), 'the hint stays until the step is done').toBe(state);
    expect(following(state, { unsent: 2 })).toMatchObject({ hint: null, mistakes: 2, index: 2 });
  });

  it('says once that it cannot be finished any more, and goes on when it can again', () => {
    const spoilt = following(begun(0), { serverReached: false });
    expect(spoilt).toMatchObject({ spoilt: true, mistakes: 1, hint: { id: 'cancelled' } });
    expect(following(spoilt, { serverReached: false })).toBe(spoilt);
    expect(following(spoilt, { unsent: 1 })).toMatchObject({ spoilt: false, index: 1 });
  });

  it('is finished with the last step, for good', () => {
    const state = following(begun(1_000), { unsent: 3 }, other, 61_000);
    expect(viewOf(state, counting)).toEqual({
      state: 'finished',
      exercise: 'first-pickup',
      mistakes: 0,
      tookMs: 60_000,
    });
    expect(following(state, {}, wrong)).toBe(state);
  });

  it('shows no negative time when the clock is set back during an exercise', () => {
    const state = following(begun(9_000), { unsent: 3 }, other, 1_000);
    expect(viewOf(state, counting)).toMatchObject({ tookMs: 0 });
  });
});

describe('the exercises', () => {
  it('have the steps that the kiosk has words for, in their order', () => {
    for (const id of exercises) {
      expect(exerciseById[id].steps.map((step) => step.id)).toEqual([...exerciseSteps[id]]);
      expect(exerciseById[id].id).toBe(id);
    }
  });

  it('are not done and not spoilt on an empty lot', () => {
    for (const id of exercises) {
      const exercise = exerciseById[id];
      const lot = facts(id === 'offline-hour' ? { serverReached: true } : {});
      expect(exercise.steps[0]?.done(lot), id).toBe(false);
      expect(exercise.spoilt(lot), id).toBeNull();
    }
  });

  it('take a car as arrived when its lane is certain, or has stayed uncertain for long', () => {
    const [arrives] = exerciseById['first-pickup'].steps;
    const car = (changes: Partial<VisitView>) =>
      new Map([['3456', { presence: 'arrived', laneId: null, arrivedAtMs: 0, ...changes } as VisitView]]);
    expect(arrives?.done(facts({ visits: car({}) }))).toBe(false);
    expect(arrives?.done(facts({ visits: car({ laneId: 'bay-2' }) }))).toBe(true);
    expect(arrives?.done(facts({ visits: car({}), nowMs: 30_000 }))).toBe(true);
    expect(arrives?.done(facts({ visits: car({ presence: 'approaching', laneId: 'bay-2' }) }))).toBe(false);
  });
});
