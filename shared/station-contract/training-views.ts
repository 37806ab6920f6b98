/** Training: the exercises, their steps, and what the coach says of them. Words for each are the kiosk's. */
import * as z from 'zod';
import { id, money, utcMs } from '../schemas/index.ts';
import { exercises } from '../station-facts/index.ts';
import { person } from './parts.ts';

export const exerciseId = z.enum(exercises);
export type ExerciseId = z.infer<typeof exerciseId>;

/** The steps of each exercise; each is checked from the training station's own records. */
export const exerciseSteps = {
  'first-pickup': ['arrives', 'ready', 'hand-over', 'told'],
  'first-refuel': ['arrives', 'complete', 'paid'],
  'declined-payment': ['arrives', 'complete', 'declined', 'settle'],
  'offline-hour': ['line-lost', 'pickup', 'refuel', 'line-back', 'sent'],
  'close-of-shift': ['open-shift', 'cash', 'count'],
} as const satisfies Record<ExerciseId, readonly string[]>;
export type StepId = (typeof exerciseSteps)[ExerciseId][number];

/** `free`: the whole kiosk on a busy lot, without a coach. */
export const practice = z.enum([...exercises, 'free']);
export type Practice = z.infer<typeof practice>;

export const coachHints = [
  'check-digits',
  'other-car',
  'wrong-fuel',
  'wrong-pump',
  'wrong-amount',
  'undone',
  'declines-again',
  'not-cash',
  'float-differs',
  'shift-too-early',
  'count-differs',
  'cancelled',
] as const;
export const coachHint = z.enum(coachHints);
export type CoachHint = z.infer<typeof coachHint>;

/** What the words of a step speak of. */
export const coachProps = z.object({
  plateTail: z.string().nullable(),
  laneId: z.string().nullable(),
  gradeId: z.string().nullable(),
  amount: money.nullable(),
  /** The second of two amounts: what the drawer holds at the end. */
  counted: money.nullable(),
});
export type CoachProps = z.infer<typeof coachProps>;

export const coachView = z.discriminatedUnion('state', [
  z.object({ state: z.literal('free') }),
  z.object({
    state: z.literal('running'),
    exercise: exerciseId,
    step: z.string(),
    /** From 0. */
    index: z.number().int(),
    of: z.number().int(),
    props: coachProps,
    /** After a wrong try, until the step is done; `times`: how often by now. */
    hint: z.object({ id: coachHint, times: z.number().int() }).nullable(),
    /** It can no longer be finished: begin it again. */
    spoilt: z.boolean(),
  }),
  z.object({
    state: z.literal('finished'),
    exercise: exerciseId,
    mistakes: z.number().int(),
    tookMs: z.number().int(),
  }),
  /** The training station ended by itself; nothing real was touched. */
  z.object({ state: z.literal('failed') }),
]);
export type CoachView = z.infer<typeof coachView>;

/** Who has finished what. Kept at the real station, beside its records. */
export const trainingProgress = z.object({
  person,
  finished: z.array(
    z.object({
      exercise: exerciseId,
      firstAtMs: utcMs,
      times: z.number().int(),
      /** Of the best time through. */
      mistakes: z.number().int(),
    }),
  ),
});
export type TrainingProgress = z.infer<typeof trainingProgress>;

export const trainingId = id;
