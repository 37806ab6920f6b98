/** What every procedure of the station contract shares: the coded errors, and the shape of a command. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { id } from '../schemas/index.ts';
import { person, role } from './parts.ts';

/** Why a command was refused: the kiosk has words for each in both languages. */
export const refusalReasons = [
  'visit-not-found',
  'visit-closed',
  'claimed-by-other',
  'no-pickup',
  'pickup-cancelled',
  'pickup-already-handed-over',
  'pickup-check-failed',
  'item-not-found',
  'undo-too-late',
  'nothing-to-undo',
  'car-not-here',
  'digits-do-not-match',
  'digits-ambiguous',
  'lane-not-found',
  'lane-not-a-pump',
  'pump-in-use',
  'refuel-already-open',
  'refuel-not-found',
  'refuel-wrong-state',
  'grade-not-found',
  'amount-and-volume-disagree',
  'amount-or-volume-needed',
  'above-reservation',
  'fuel-mismatch-not-confirmed',
  'approval-unknown-look-up-first',
  'charge-not-found',
  'charge-wrong-state',
  'charge-already-open',
  'car-not-known',
  'cart-not-found',
  'cart-not-in-use',
  'cart-wrong-state',
  'cart-already-asked',
  'item-has-price',
  'cart-payment-not-found',
  'cart-payment-not-paid',
  'jack-code-required',
  'refund-too-much',
  'manager-needed',
  'manager-pin-wrong',
  'manager-pin-locked',
  'not-enrolled',
  'already-enrolled',
  'pairing-code-refused',
  'server-unreachable',
  'staff-not-found',
  'last-manager',
  'pin-too-simple',
  'pin-taken',
  'outbox-item-not-found',
  'shift-already-open',
  'shift-not-open',
  'range-too-long',
  'idempotency-key-reused',
  'receiver-not-found',
  'receiver-name-taken',
  'receiver-in-use',
  'receiver-wrong',
  'receiver-set-at-start',
  'too-many-receivers',
  'walk-test-running',
  'walk-test-not-running',
  'walk-test-without-marks',
  'walk-report-not-found',
  'code-not-heard',
  'recording-running',
  'recording-not-running',
  'recording-not-found',
  'recording-not-readable',
  'disk-refused',
  'lane-in-use',
  'lane-twice',
  'grade-in-use',
  'grade-twice',
  'limits-out-of-order',
  'time-zone-unknown',
  'currency-unknown',
  'set-by-server',
  'backup-running',
  'backup-not-found',
  'backup-foreign',
  'backup-newer',
  'backup-damaged',
  'backup-journal-broken',
  'upload-broken',
  'not-in-training',
  'training-not-available',
  'training-busy',
  'training-not-found',
  'training-failed',
] as const;
export const refusalReason = z.enum(refusalReasons);
export type RefusalReason = z.infer<typeof refusalReason>;

export const base = oc.errors({
  /** No valid sign-in: go to the sign-in screen, keep the screen's state. */
  UNAUTHORIZED: { status: 401 },
  /** Signed in, but the role may not. */
  FORBIDDEN: { status: 403, data: z.object({ needs: z.array(role) }) },
  /** A rule of the business says no; nothing was changed. */
  REFUSED: {
    status: 409,
    data: z.object({
      reason: refusalReason,
      by: person.nullable().optional(),
      detail: z.string().optional(),
    }),
  },
  /** The station could not keep it (disk full, database read-only): nothing was changed. */
  NOT_KEPT: { status: 507, data: z.object({ detail: z.string() }) },
});

const idempotencyKey = id;
/** The input of a command: sent twice under one key, it happens once and answers the same. */
export const command = <T extends z.ZodRawShape>(shape: T) => z.object({ idempotencyKey, ...shape });
