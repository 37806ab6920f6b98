/**
 * Training, as the real station offers it. The training station behind it speaks this very contract; its
 * messages travel inside this one, so that they need no other port, path or permission than the kiosk has.
 *
 *   page ── training.say ──▶ station ──▶ training station (a thread of its own)
 *   page ◀─ training.wire ── station ◀──
 */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { id } from '../schemas/index.ts';
import { trainingMessageMost } from '../station-facts/index.ts';
import { base } from './base.ts';
import { person } from './parts.ts';
import { coachView, practice, trainingProgress } from './training-views.ts';

export const trainingContract = {
  training: {
    /** Managers see everybody's progress, others their own. `available`: this station can train. */
    progress: base
      .input(z.object({}))
      .output(z.object({ available: z.boolean(), people: z.array(trainingProgress) })),
    /**
     * Starts a fresh training station; one that this person had before is ended. It knows the trainee as
     * `person`, signed in with `token` (good there and nowhere else). A manager may begin it for a colleague,
     * whose progress it then is.
     */
    begin: base
      .input(z.object({ practice, forStaffId: id.nullable() }))
      .output(z.object({ trainingId: id, token: z.string(), person })),
    /** What the coach says, from now on. Ends with the training. */
    coach: base.input(z.object({ trainingId: id })).output(eventIterator(coachView)),
    /** Opens a wire to the training station: what it says. */
    wire: base
      .input(z.object({ trainingId: id, wireId: id }))
      .output(eventIterator(z.object({ text: z.string() }))),
    /** What the page says on that wire. */
    say: base
      .input(z.object({ trainingId: id, wireId: id, text: z.string().max(trainingMessageMost) }))
      .output(z.object({})),
    leave: base.input(z.object({ trainingId: id })).output(z.object({})),
  },
};
