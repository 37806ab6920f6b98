import type { Core } from '../core/types.ts';
import { answer, type SignedDoor } from './guards.ts';

/** The menu's part of the router. */
export function menuRoutes({ menu }: SignedDoor, core: Core) {
  return {
    menu: {
      list: menu.list.handler(() => core.menu.list()),
      setSoldOut: menu.setSoldOut.handler(({ input, context, errors }) =>
        answer(core.menu.setSoldOut(context.actor, input), errors),
      ),
    },
  };
}
