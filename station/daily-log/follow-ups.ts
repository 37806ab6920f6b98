/**
 * Money that is still to go back and cars that left unpaid: what the site knows joined with what the payment server
 * knows, release by release and drive-off by drive-off. Nothing is changed by it; what both call done is left out.
 *
 *   here and there, saying the same → matched     only there → missing-here
 *   here and there, at odds         → different   only here  → missing-there, or not-begun while the server has time
 *   the server has never told       → not-compared
 */
import type { FollowUp, HeldReservation } from '../../shared/station-contract/index.ts';
import type { ServerFollowUps } from '../core/types.ts';
import type { FollowUpStore, RefuelHere } from './follow-up-store.ts';

/** The server lets go of what nobody needs within three hours. */
const serverBeginsWithinMs = 3 * 3_600_000;

export interface FollowUpInput {
  nowMs: number;
  held: readonly HeldReservation[];
  driveOffs: readonly RefuelHere[];
  books: Pick<FollowUpStore, 'visit' | 'refuel'>;
  /** null: the server has never told. */
  told: ServerFollowUps | null;
  onItsWay: (subjectId: string) => boolean;
}

export function joinFollowUps(input: FollowUpInput): FollowUp[] {
  const lines = [...joinReleases(input), ...joinDriveOffs(input)];
  return lines.sort((a, b) => urgency(a) - urgency(b) || a.sinceMs - b.sinceMs);
}

function joinReleases({ nowMs, held, books, told }: FollowUpInput): FollowUp[] {
  const there = new Map((told?.releases ?? []).map((one) => [one.paymentRequestId, one]));
  const lines: FollowUp[] = held.map((one) => {
    const release = there.get(one.paymentRequestId);
    there.delete(one.paymentRequestId);
    const sinceMs = one.closedAtMs ?? one.askedAtMs;
    return {
      ...asRelease(one.paymentRequestId, release),
      here: one.state,
      state:
        told === null
          ? 'not-compared'
          : release !== undefined
            ? release.state === 'open'
              ? 'matched'
              : 'different'
            : one.state === 'held' && nowMs - sinceMs < serverBeginsWithinMs
              ? 'not-begun'
              : 'missing-there',
      amount: one.maximum,
      sinceMs,
      visitId: one.visitId,
      plateTail: one.plateTail,
      laneId: one.laneId,
      onItsWay: false,
    };
  });
  for (const release of there.values()) {
    if (release.state === 'released') continue;
    const visit = release.visitId === null ? null : books.visit(release.visitId);
    const own = visit?.reservation?.paymentRequestId === release.paymentRequestId ? visit.reservation : null;
    lines.push({
      ...asRelease(release.paymentRequestId, release),
      here: visit === null ? null : own?.state === 'released' ? 'released' : 'nothing-open',
      state: visit === null ? 'missing-here' : 'different',
      amount: release.amount,
      sinceMs: release.dueSinceMs,
      visitId: visit?.visitId ?? null,
      plateTail: visit?.plateTail ?? null,
      laneId: visit?.laneId ?? null,
      onItsWay: false,
    });
  }
  return lines;
}

function asRelease(paymentRequestId: string, release: ServerFollowUps['releases'][number] | undefined) {
  return {
    kind: 'release' as const,
    paymentRequestId,
    there:
      release === undefined
        ? null
        : release.state === 'released'
          ? ('released' as const)
          : ('releasing' as const),
    doneThereAtMs: release?.releasedAtMs ?? null,
    asks: release?.asks ?? null,
  };
}

function joinDriveOffs({ driveOffs, books, told, onItsWay }: FollowUpInput): FollowUp[] {
  const there = new Map((told?.driveOffs ?? []).map((one) => [one.refuelId, one]));
  const lines: FollowUp[] = [];
  for (const refuel of driveOffs) {
    const one = there.get(refuel.refuelId);
    there.delete(refuel.refuelId);
    lines.push({
      ...asDriveOff(one, refuel.paymentRequestId ?? refuel.refuelId),
      ...placeOf(refuel),
      here: 'unpaid',
      state:
        told === null
          ? 'not-compared'
          : one === undefined
            ? 'missing-there'
            : one.settled === null
              ? 'matched'
              : 'different',
      amount: { amountMinor: refuel.amountMinor, currency: refuel.currency },
      sinceMs: one?.leftAtMs ?? refuel.completedAtMs,
      onItsWay: onItsWay(refuel.refuelId) || onItsWay(refuel.visitId),
    });
  }
  for (const one of there.values()) {
    if (one.settled !== null) continue;
    const refuel = books.refuel(one.refuelId);
    const settled = refuel?.state === 'paid' || refuel?.state === 'settled-otherwise';
    lines.push({
      ...asDriveOff(one, one.paymentRequestId),
      ...placeOf(refuel),
      here: refuel === null ? null : settled ? 'settled' : 'nothing-open',
      state: refuel === null ? 'missing-here' : 'different',
      amount: one.amount,
      sinceMs: one.leftAtMs,
      onItsWay: refuel !== null && onItsWay(refuel.refuelId),
    });
  }
  return lines;
}

function asDriveOff(one: ServerFollowUps['driveOffs'][number] | undefined, paymentRequestId: string) {
  return {
    kind: 'drive-off' as const,
    paymentRequestId,
    there:
      one === undefined
        ? null
        : one.settled === null
          ? ('unpaid' as const)
          : one.settled.how === 'driver'
            ? ('settled-by-driver' as const)
            : ('settled-otherwise' as const),
    doneThereAtMs: one?.settled?.atMs ?? null,
    asks: null,
  };
}

const placeOf = (refuel: RefuelHere | null) => ({
  visitId: refuel?.visitId ?? null,
  plateTail: refuel?.plateTail ?? null,
  laneId: refuel?.laneId ?? null,
});

/** What a manager must look at stands first. */
function urgency({ state, onItsWay }: FollowUp): number {
  if (state === 'matched' || state === 'not-begun' || state === 'not-compared') return 2;
  return onItsWay ? 1 : 0;
}
