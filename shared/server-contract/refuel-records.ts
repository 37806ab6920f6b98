/** What a manager follows up after refuels: money that is still to go back, and cars that left unpaid. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { id, money, utcMs } from '../schemas/index.ts';

const base = oc.errors({});

/** A reservation that was not used: an obligation until the processor has confirmed that nothing is held. */
export const release = z.object({
  paymentRequestId: id,
  visitId: id.nullable(),
  amount: money,
  reason: z.string().nullable(),
  state: z.enum(['open', 'released']),
  /** Since when it is owed: its age is `nowMs - dueSinceMs`, and ends with `releasedAtMs`. */
  dueSinceMs: utcMs,
  releasedAtMs: utcMs.nullable(),
  /** How often the processor was asked. */
  asks: z.number().int(),
  /** What the processor is asked about it by, and what it holds it under. `reference` once it was asked. */
  proof: z.object({ reference: id, authorisation: z.string().nullable() }).nullable(),
});
export type Release = z.infer<typeof release>;

export const driveOff = z.object({
  refuelId: id,
  visitId: id,
  paymentRequestId: id,
  amount: money,
  leftAtMs: utcMs,
  /** `driver`: approved after all; `otherwise`: cash, card terminal, an invoice. */
  settled: z.object({ how: z.enum(['driver', 'otherwise']), atMs: utcMs }).nullable(),
});
export type DriveOff = z.infer<typeof driveOff>;

export const refuelRecordsSiteApi = {
  /** Every release that is open, however old, and those that were done since `sinceMs`. The oldest first. */
  releases: base
    .route({ method: 'GET', path: '/v1/site/releases', tags: ['site'] })
    .input(z.object({ sinceMs: z.coerce.number().int().min(0) }))
    .output(z.object({ releases: z.array(release), nowMs: utcMs })),
  /** Cars that left unpaid: those that still are, and those that were settled since `sinceMs`. */
  driveOffs: base
    .route({ method: 'GET', path: '/v1/site/drive-offs', tags: ['site'] })
    .input(z.object({ sinceMs: z.coerce.number().int().min(0) }))
    .output(z.object({ driveOffs: z.array(driveOff), nowMs: utcMs })),
};
