/** How long plates and what else tells who a driver was are kept. */
import * as z from 'zod';
import { utcMs } from '../schemas/index.ts';
import { base, command } from './base.ts';

export const privacyState = z.object({
  retentionDays: z.number().int(),
  /** Visits put away before that are erased. */
  keepsSinceMs: utcMs,
  /** The last erasure; null: there was none yet. */
  erasedBeforeMs: utcMs.nullable(),
  erasedAtMs: utcMs.nullable(),
  visitsWithPlate: z.number().int(),
  /** Older marks that the server has not got: they keep what they say until it has. */
  openMarks: z.number().int(),
  /** Backups made before that: they hold the plates of their time. */
  olderBackups: z.number().int(),
});
export type PrivacyState = z.infer<typeof privacyState>;

export const privacyContract = {
  privacy: {
    get: base.input(z.object({})).output(privacyState),
    /** A shorter time takes effect at once. What was erased does not come back. */
    set: base.input(command({ retentionDays: z.number().int().min(1).max(1_825) })).output(z.object({})),
  },
};
