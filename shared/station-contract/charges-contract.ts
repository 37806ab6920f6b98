/** Payment requests made at the counter: what the kiosk may do. */
import * as z from 'zod';
import { amountMinor, id, money, plateDigits } from '../schemas/index.ts';
import { base, command } from './base.ts';
import { chargeCandidate, chargeView, listedCharge, verification } from './charge-views.ts';

const chargeResult = z.object({ charge: chargeView });

export const chargesContract = {
  charges: {
    /** Cars that are here; with digits only those that answer to them. Who came first stands first. */
    candidates: base
      .input(z.object({ digits: plateDigits.nullable() }))
      .output(z.object({ candidates: z.array(chargeCandidate), mayChooseByItself: z.boolean() })),
    /** Refused as `jack-code-required` where the site's rule wants the jack's code from this amount on. */
    request: base
      .input(
        command({
          visitId: id,
          amountMinor: amountMinor.min(1),
          note: z.string().trim().max(200).nullable(),
          verification,
        }),
      )
      .output(chargeResult),
    /** Takes the request back; `cancelled` once the server says so, for the driver may be quicker. */
    cancel: base.input(command({ chargeId: id })).output(chargeResult),
    /** After declined, expired or cancelled: ask the driver once more, under a new request id. */
    askAgain: base.input(command({ chargeId: id })).output(chargeResult),
    /** Gives back all or a part, more than once up to the amount. A manager, or a manager's PIN. */
    refund: base
      .input(
        command({
          chargeId: id,
          amountMinor: amountMinor.min(1),
          reason: z.string().trim().min(1).max(200),
          /** Both or none: the manager who stands beside a cashier. */
          managerId: id.nullable(),
          pin: z
            .string()
            .regex(/^[0-9]{4,8}$/)
            .nullable(),
        }),
      )
      .output(chargeResult),
    /** The charges of a business day (`YYYY-MM-DD`; null: today), newest first. */
    list: base
      .input(
        z.object({
          day: z
            .string()
            .regex(/^\d{4}-\d{2}-\d{2}$/)
            .nullable(),
        }),
      )
      .output(
        z.object({
          charges: z.array(listedCharge),
          /** Of those that are paid. */ paid: money,
          /** What of it was given back. */ givenBack: money,
        }),
      ),
  },
};
