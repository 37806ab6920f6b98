import type { FollowUp } from '../../../shared/station-contract/index.ts';

/** The server lets go of what nobody needs within three hours; what is held longer needs a person. */
const serverLetsGoAfterMs = 3 * 3_600_000;
/** A bank that has not confirmed by then will not do it by itself. */
const bankConfirmsWithinMs = 24 * 3_600_000;

export type FollowUpStep =
  | 'wait'
  | 'look-at-server'
  | 'call-bank'
  | 'done-there'
  | 'not-here'
  | 'on-its-way'
  | 'collect'
  | 'settled-here';

/** What a manager does about it now. */
export function nextStep(line: FollowUp, ageMs: number): FollowUpStep {
  if (line.onItsWay) return 'on-its-way';
  if (line.state === 'missing-here') return 'not-here';
  if (line.kind === 'drive-off') {
    if (line.there === 'settled-by-driver' || line.there === 'settled-otherwise') return 'done-there';
    if (line.state === 'missing-there') return 'look-at-server';
    return line.here === 'unpaid' ? 'collect' : 'settled-here';
  }
  if (line.there === 'released') return 'done-there';
  if (line.state === 'missing-there') return 'look-at-server';
  // The bank is asked by the server, once it has begun.
  const begun = line.there === 'releasing' || line.here === 'releasing';
  if (begun) return ageMs < bankConfirmsWithinMs ? 'wait' : 'call-bank';
  return ageMs < serverLetsGoAfterMs ? 'wait' : 'look-at-server';
}
