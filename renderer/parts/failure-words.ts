import { throwIllegalValue } from '../../shared/domain/index.ts';
import type { CommandFailure } from '../station/index.ts';
import type { Words } from '../words/index.ts';

/** What happened, what was kept, what to do: in the reader's language. */
export function failureWords(failure: CommandFailure, w: Words): string {
  switch (failure.kind) {
    case 'refused':
      if (failure.reason === 'claimed-by-other' && failure.by !== null) {
        return w.failure.claimedBy(failure.by.displayName);
      }
      if (failure.reason === 'changed-meanwhile' && failure.by !== null) {
        return w.failure.changedBy(failure.by.displayName);
      }
      return w.refusals[failure.reason] ?? w.failure.fault;
    case 'forbidden':
      return w.failure.forbidden(failure.needs.map((role) => w.roles[role]).join(', '));
    case 'signed-out':
      return w.failure.signedOut;
    case 'not-kept':
      return w.failure.notKept;
    case 'not-sent':
      return w.failure.notSent;
    case 'outcome-unknown':
      return w.failure.outcomeUnknown;
    case 'fault':
      // Longer or larger than the station takes: a mistake of whoever typed it, and no fault.
      return failure.code === 'BAD_REQUEST' ? w.failure.notUnderstood : w.failure.fault;
    default:
      return throwIllegalValue(failure);
  }
}
