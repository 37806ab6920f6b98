import type { Person, RefusalReason } from '../../shared/station-contract/index.ts';

/**
 * A rule of the business says no. Thrown inside a transaction's work only, where it rolls everything
 * back; {@link Records.run} turns it into the command's coded result, so it never leaves this folder's door.
 */
export class Refusal extends Error {
  readonly reason: RefusalReason;
  readonly by: Person | null;
  readonly detail: string | null;
  constructor(reason: RefusalReason, more: { by?: Person | null; detail?: string } = {}) {
    super(reason);
    this.reason = reason;
    this.by = more.by ?? null;
    this.detail = more.detail ?? null;
  }
}
