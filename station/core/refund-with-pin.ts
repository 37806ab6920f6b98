import { err, throwIllegalValue } from '../../shared/domain/index.ts';
import type { Person, RefusalReason } from '../../shared/station-contract/index.ts';
import { mayRole, rolesFor } from '../permissions/index.ts';
import type { Records } from '../records/index.ts';
import type { Actor, CommandResult, SignInError, StaffApi } from './types.ts';

/**
 * A refund needs a manager: the one who is signed in, or one who types a PIN beside a cashier. A PIN that
 * is given is tried whoever is signed in, and a command that was done before answers without trying it.
 */
export async function refundWithPin<T>(
  deps: { records: Records; staff: Pick<StaffApi, 'tryPin'> },
  actor: Actor,
  asked: {
    name: 'charges.refund' | 'carts.refund';
    input: { idempotencyKey: string; managerId: string | null; pin: string | null };
    /** What it is about, for the journal. */
    about: Record<string, string>;
    /** @param allowedBy the manager whose PIN was right; null: the person who does it must be one */
    refund: (allowedBy: Person | null) => CommandResult<T>;
  },
): Promise<CommandResult<T>> {
  const { records, staff } = deps;
  const { name, input } = asked;
  // Before the PIN: who may not ask for a refund at all must not try PINs here.
  if (!mayRole(actor.person.role, name)) {
    return err({ code: 'FORBIDDEN', needs: rolesFor(name) });
  }
  const doneBefore = records.commands.get(input.idempotencyKey) !== null;
  let allowedBy: Person | null = null;
  if (input.managerId !== null && input.pin !== null && !doneBefore) {
    const tried = await staff.tryPin({
      staffId: input.managerId,
      pin: input.pin,
      kioskId: actor.kioskId,
    });
    if (!tried.ok) {
      const { error } = tried;
      if (error.code === 'NOT_KEPT') return err(error);
      // The manager's own story has the wrong PIN too; here stands at whose hands it was typed.
      records.byItself(() =>
        records.transact(actor, (tx) => {
          tx.journal('refund-pin-failed', null, { ...asked.about, managerId: input.managerId });
        }),
      );
      return err({ code: 'REFUSED', reason: reasonOf(error), detail: detailOf(error) });
    }
    if (tried.value.role !== 'manager') return err({ code: 'REFUSED', reason: 'manager-needed' });
    allowedBy = tried.value;
  }
  return asked.refund(allowedBy);
}

type PinError = Exclude<SignInError, { code: 'NOT_KEPT' }>;

function reasonOf(error: PinError): RefusalReason {
  switch (error.code) {
    case 'PIN_WRONG':
      return 'manager-pin-wrong';
    case 'PIN_LOCKED':
      return 'manager-pin-locked';
    default:
      return throwIllegalValue(error);
  }
}

function detailOf(error: PinError): string {
  return error.code === 'PIN_LOCKED' ? `until ${error.untilMs}` : `${error.attemptsLeft} left`;
}
