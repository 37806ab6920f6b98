import { err, throwIllegalValue } from '../../shared/domain/index.ts';
import type { Person, RefusalReason } from '../../shared/station-contract/index.ts';
import type { ChargeCommands } from '../charges/index.ts';
import { mayRole, rolesFor } from '../permissions/index.ts';
import type { Records } from '../records/index.ts';
import type { Actor, ChargeAnswer, Inputs, SignInError, StaffApi } from './types.ts';

/**
 * A refund needs a manager: the one who is signed in, or one who types a PIN beside a cashier. A PIN that
 * is given is tried whoever is signed in, and a command that was done before answers without trying it.
 */
export async function refundWithPin(
  deps: { records: Records; staff: Pick<StaffApi, 'tryPin'>; commands: ChargeCommands },
  actor: Actor,
  input: Inputs['charges']['refund'],
): Promise<ChargeAnswer> {
  const { records, staff, commands } = deps;
  // Before the PIN: who may not ask for a refund at all must not try PINs here.
  if (!mayRole(actor.person.role, 'charges.refund')) {
    return err({ code: 'FORBIDDEN', needs: rolesFor('charges.refund') });
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
          tx.journal('refund-pin-failed', null, { chargeId: input.chargeId, managerId: input.managerId });
        }),
      );
      return err({ code: 'REFUSED', reason: reasonOf(error), detail: detailOf(error) });
    }
    if (tried.value.role !== 'manager') return err({ code: 'REFUSED', reason: 'manager-needed' });
    allowedBy = tried.value;
  }
  return commands.refund(actor, input, allowedBy);
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
