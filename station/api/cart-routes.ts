import type { Core } from '../core/types.ts';
import { answer, type SignedDoor } from './guards.ts';

/** The carts' part of the router. */
export function cartRoutes(signed: SignedDoor, core: Core) {
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
      checkOut: carts.checkOut.handler(({ input, context, errors }) =>
        answer(core.carts.checkOut(context.actor, input), errors),
      ),
    },
  };
}
