import type { Core } from '../core/types.ts';
import { answer, type SignedDoor } from './guards.ts';

/** The carts' part of the router. `onSignInLimited`: somebody ran out of PIN attempts on one connection. */
export function cartRoutes(signed: SignedDoor, core: Core, onSignInLimited: () => void) {
  const { carts } = signed;
  return {
    carts: {
      list: carts.list.handler(() => core.carts.list()),
      free: carts.free.handler(({ input, context, errors }) =>
        answer(core.carts.free(context.actor, input), errors),
      ),
      acknowledge: carts.acknowledge.handler(({ input, context, errors }) =>
        answer(core.carts.acknowledge(context.actor, input), errors),
      ),
      priceItem: carts.priceItem.handler(({ input, context, errors }) =>
        answer(core.carts.priceItem(context.actor, input), errors),
      ),
      checkOut: carts.checkOut.handler(({ input, context, errors }) =>
        answer(core.carts.checkOut(context.actor, input), errors),
      ),
      payments: carts.payments.handler(({ input }) => core.carts.payments(input)),
      refund: carts.refund.handler(async ({ input, context, errors }) => {
        // A PIN typed here is a PIN tried: it counts against this connection's sign-in attempts.
        const waitMs = input.pin === null ? 0 : context.signInLimit.take();
        if (waitMs > 0) {
          onSignInLimited();
          throw errors.REFUSED({ data: { reason: 'manager-pin-locked', detail: `wait ${waitMs} ms` } });
        }
        return answer(await core.carts.refund(context.actor, input), errors);
      }),
    },
  };
}
