import type { KioskNetwork } from '../../shared/station-contract/index.ts';
import type { Actor, CommandResult, Core, Inputs } from '../core/types.ts';
import type { JoinCodes } from '../kiosks/index.ts';
import { answer, type SignedDoor } from './guards.ts';

/** What the router needs of the web server for other kiosks. */
export interface NetworkSwitch {
  state(): KioskNetwork;
  readonly setAtStart: boolean;
  setOn(
    actor: Actor,
    input: Inputs['kiosks']['setNetwork'],
  ): Promise<CommandResult<{ network: KioskNetwork }>>;
}

/** The devices of the site, and the way in for others. */
export function kioskRoutes(
  { kiosks }: SignedDoor,
  core: Core,
  network: NetworkSwitch,
  codes: JoinCodes,
  onRemoved: () => void,
) {
  return {
    list: kiosks.list.handler(({ context }) => {
      const code = codes.open();
      return {
        network: network.state(),
        setAtStart: network.setAtStart,
        here: context.actor.kioskId,
        kiosks: core.kiosks.list(),
        code:
          code === null
            ? null
            : { by: code.by.person, expiresAtMs: code.expiresAtMs, wrongTries: code.wrongTries },
      };
    }),
    setNetwork: kiosks.setNetwork.handler(async ({ input, context, errors }) => {
      if (context.actor.kioskId !== null) throw errors.REFUSED({ data: { reason: 'first-kiosk-only' } });
      return answer(await network.setOn(context.actor, input), errors);
    }),
    makeCode: kiosks.makeCode.handler(({ context, errors }) => {
      if (context.actor.kioskId !== null) throw errors.REFUSED({ data: { reason: 'first-kiosk-only' } });
      if (network.state().state !== 'on') throw errors.REFUSED({ data: { reason: 'network-off' } });
      if (core.kiosks.isFull()) throw errors.REFUSED({ data: { reason: 'too-many-kiosks' } });
      return codes.make(context.actor);
    }),
    cancelCode: kiosks.cancelCode.handler(() => {
      codes.cancel();
      return {};
    }),
    rename: kiosks.rename.handler(({ input, context, errors }) =>
      answer(core.kiosks.rename(context.actor, input), errors),
    ),
    remove: kiosks.remove.handler(({ input, context, errors }) => {
      const value = answer(core.kiosks.remove(context.actor, input), errors);
      onRemoved();
      return value;
    }),
  };
}
