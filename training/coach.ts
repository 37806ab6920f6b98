/**
 * How far a trainee has come in an exercise: a pure step machine over the training station's facts.
 *
 *   step 0 ──done──▶ step 1 ──done──▶ … ──done──▶ finished
 *     │ wrong try: a hint, kept until the step is done
 *     └ spoilt: it can no longer be finished; the trainee begins it again
 *
 * One look may pass several steps: who marks an order ready and hands it over in one go has done both.
 */
import type { CoachHint, CoachView } from '../shared/station-contract/index.ts';
import { type Exercise, type Facts, type Happening, noProps } from './exercises/index.ts';

export interface CoachState {
  /** Of the step that is due; as many as there are steps: finished. */
  index: number;
  hint: { id: CoachHint; times: number } | null;
  mistakes: number;
  spoilt: boolean;
  startedAtMs: number;
  finishedAtMs: number | null;
}

export function begun(nowMs: number): CoachState {
  return { index: 0, hint: null, mistakes: 0, spoilt: false, startedAtMs: nowMs, finishedAtMs: null };
}

/** What follows from what just came about. The same state when nothing does. */
export function heard(
  state: CoachState,
  exercise: Exercise,
  facts: Facts,
  happening: Happening,
  nowMs: number,
): CoachState {
  if (state.finishedAtMs !== null) return state;
  let index = state.index;
  while (index < exercise.steps.length && exercise.steps[index]?.done(facts) === true) index += 1;
  const moved = index !== state.index;
  if (index === exercise.steps.length) {
    return { ...state, index, hint: null, spoilt: false, finishedAtMs: nowMs };
  }
  const why = exercise.spoilt(facts);
  if (why !== null) {
    if (state.spoilt && !moved && state.hint?.id === why) return state;
    const again = state.spoilt;
    return {
      ...state,
      index,
      spoilt: true,
      hint: { id: why, times: 1 },
      mistakes: state.mistakes + (again ? 0 : 1),
    };
  }
  const id = exercise.steps[index]?.hint?.(happening, facts) ?? null;
  if (id !== null) {
    const times = !moved && state.hint?.id === id ? state.hint.times + 1 : 1;
    return { ...state, index, spoilt: false, hint: { id, times }, mistakes: state.mistakes + 1 };
  }
  if (!moved && !state.spoilt) return state;
  return { ...state, index, spoilt: false, hint: moved ? null : state.hint };
}

export function viewOf(state: CoachState, exercise: Exercise): CoachView {
  const step = exercise.steps[state.index];
  if (step === undefined || state.finishedAtMs !== null) {
    const tookMs = (state.finishedAtMs ?? state.startedAtMs) - state.startedAtMs;
    return {
      state: 'finished',
      exercise: exercise.id,
      mistakes: state.mistakes,
      tookMs: Math.max(0, tookMs),
    };
  }
  return {
    state: 'running',
    exercise: exercise.id,
    step: step.id,
    index: state.index,
    of: exercise.steps.length,
    props: { ...noProps, ...step.props },
    hint: state.hint,
    spoilt: state.spoilt,
  };
}
