/**
 * The station contract, implemented: every procedure in one place, each a thin door to the core.
 *
 *   call ─▶ guard (open? signed in? role in the table?) ─▶ input schema ─▶ core command ─▶ Result ─▶ answer
 *
 * The guard stands before the input schema, so that a stranger learns nothing from its complaints.
 */
import { ORPCError } from '@orpc/server';
import type { Clock } from '../../shared/domain/index.ts';
import { throwIllegalValue } from '../../shared/domain/index.ts';
import type { ReceiverView, SiteSettings } from '../../shared/station-contract/index.ts';
import type { Backups } from '../backup/index.ts';
import type { Actor, CommandResult, Core, Inputs } from '../core/types.ts';
import type { Installer } from '../installer/index.ts';
import type { JoinCodes } from '../kiosks/index.ts';
import { abilities } from '../permissions/index.ts';
import type { FollowUpsCall, StatementCall } from '../sync/index.ts';
import type { Trainings } from '../training/index.ts';
import { backupRoutes } from './backup-routes.ts';
import type { BoardStream } from './board-stream.ts';
import { cartRoutes } from './cart-routes.ts';
import { dailyLogRoutes } from './daily-log-routes.ts';
import { answer, stationGuards } from './guards.ts';
import { installerRoutes } from './installer-routes.ts';
import { kioskRoutes, type NetworkSwitch } from './kiosk-routes.ts';
import { menuRoutes } from './menu-routes.ts';
import { trainingRoutes } from './training-routes.ts';

export interface RouterDeps {
  core: Core;
  clock: Clock;
  board: BoardStream;
  installer: Installer;
  backups: Backups;
  receivers: () => ReceiverView[];
  enrol: (actor: Actor, input: Inputs['setup']['enrol']) => Promise<CommandResult<{ site: SiteSettings }>>;
  /** The payment server's statement of a span. */
  statement: StatementCall;
  /** What the payment server knows of money to give back and of cars that left unpaid. */
  followUps: FollowUpsCall;
  trainings: Trainings;
  /** This is a training station: it opens to nobody what reaches outside it. */
  forTraining: boolean;
  network: NetworkSwitch;
  joinCodes: JoinCodes;
  /** Somebody ran out of attempts on one connection. */
  onSignInLimited: () => void;
}

/** The one router, served over WebSocket and MessagePort alike. */
export function createStationRouter(deps: RouterDeps) {
  const { core } = deps;
  const { root, open, signed } = stationGuards(core, deps.forTraining);

  return root.router({
    ...cartRoutes(signed, core, deps.onSignInLimited),
    ...menuRoutes(signed, core),
    ...installerRoutes(signed, core, deps.installer),
    kiosks: kioskRoutes(signed, core, deps.network, deps.joinCodes, () => deps.board.recheck()),
    ...trainingRoutes(signed, core, deps.trainings),
    ...dailyLogRoutes(signed, core, deps),
    session: {
      options: open.session.options.handler(({ context }) => {
        const site = core.settings.site();
        return {
          siteName: site.name,
          siteNameKo: site.nameKo,
          defaultLocale: site.defaultLocale,
          simulated: site.simulated,
          people: core.staff.people(),
          kioskName: core.kiosks.nameOf(context.kioskId),
        };
      }),
      signIn: open.session.signIn.handler(async ({ input, context, errors }) => {
        const waitMs = context.signInLimit.take();
        if (waitMs > 0) {
          deps.onSignInLimited();
          throw new ORPCError('TOO_MANY_REQUESTS', {
            message: 'Too many sign-in attempts. Wait a moment, then try again.',
            data: { retryAfterMs: waitMs },
          });
        }
        const result = await core.staff.signIn({
          staffId: input.staffId,
          pin: input.pin,
          kioskId: context.kioskId,
        });
        // Hashing takes a moment, and the device may have been removed in it.
        if (result.ok && context.kioskId !== null && !core.kiosks.isIn(context.kioskId)) {
          core.staff.signOut(result.value.token);
          throw errors.UNAUTHORIZED();
        }
        if (result.ok) {
          const { token, person, expiresAtMs } = result.value;
          return { token, person, expiresAtMs };
        }
        const error = result.error;
        switch (error.code) {
          case 'PIN_WRONG':
            throw errors.PIN_WRONG({
              data: { attemptsLeft: error.attemptsLeft, retryAfterMs: error.retryAfterMs },
            });
          case 'PIN_LOCKED':
            throw errors.PIN_LOCKED({
              data: { untilMs: error.untilMs, forMs: Math.max(0, error.untilMs - deps.clock.nowMs()) },
            });
          case 'NOT_KEPT':
            throw errors.NOT_KEPT({ data: { detail: error.detail } });
          default:
            return throwIllegalValue(error);
        }
      }),
      signOut: signed.session.signOut.handler(({ context }) => {
        core.staff.signOut(context.token);
        deps.board.recheck();
        deps.trainings.recheck();
        return {};
      }),
      current: signed.session.current.handler(({ context }) => ({
        person: context.session.person,
        expiresAtMs: context.session.expiresAtMs,
      })),
    },
    board: {
      watch: signed.board.watch.handler(({ context, errors, lastEventId, signal }) =>
        deps.board.watch({
          lastEventId,
          signal,
          mayWatch: () => core.staff.session(context.token) !== null,
          ended: () => errors.UNAUTHORIZED(),
        }),
      ),
    },
    visits: {
      get: signed.visits.get.handler(({ input, errors }) => answer(core.visits.get(input.visitId), errors)),
      claim: signed.visits.claim.handler(({ input, context, errors }) =>
        answer(core.visits.claim(context.actor, input), errors),
      ),
      release: signed.visits.release.handler(({ input, context, errors }) =>
        answer(core.visits.release(context.actor, input), errors),
      ),
      checkIn: signed.visits.checkIn.handler(({ input, context, errors }) =>
        answer(core.visits.checkIn(context.actor, input), errors),
      ),
      setLane: signed.visits.setLane.handler(({ input, context, errors }) =>
        answer(core.visits.setLane(context.actor, input), errors),
      ),
      close: signed.visits.close.handler(({ input, context, errors }) =>
        answer(core.visits.close(context.actor, input), errors),
      ),
      search: signed.visits.search.handler(({ input }) => ({ visits: core.visits.search(input.text) })),
    },
    pickups: {
      markReady: signed.pickups.markReady.handler(({ input, context, errors }) =>
        answer(core.pickups.markReady(context.actor, input), errors),
      ),
      markItemUnavailable: signed.pickups.markItemUnavailable.handler(({ input, context, errors }) =>
        answer(core.pickups.markItemUnavailable(context.actor, input), errors),
      ),
      handOver: signed.pickups.handOver.handler(({ input, context, errors }) =>
        answer(core.pickups.handOver(context.actor, input), errors),
      ),
      undoHandOver: signed.pickups.undoHandOver.handler(({ input, context, errors }) =>
        answer(core.pickups.undoHandOver(context.actor, input), errors),
      ),
    },
    refuels: {
      candidates: signed.refuels.candidates.handler(({ input }) => core.refuels.candidates(input)),
      start: signed.refuels.start.handler(({ input, context, errors }) =>
        answer(core.refuels.start(context.actor, input), errors),
      ),
      complete: signed.refuels.complete.handler(({ input, context, errors }) =>
        answer(core.refuels.complete(context.actor, input), errors),
      ),
      askAgain: signed.refuels.askAgain.handler(({ input, context, errors }) =>
        answer(core.refuels.askAgain(context.actor, input), errors),
      ),
      settleOtherwise: signed.refuels.settleOtherwise.handler(({ input, context, errors }) =>
        answer(core.refuels.settleOtherwise(context.actor, input), errors),
      ),
      cancel: signed.refuels.cancel.handler(({ input, context, errors }) =>
        answer(core.refuels.cancel(context.actor, input), errors),
      ),
    },
    charges: {
      candidates: signed.charges.candidates.handler(({ input }) => core.charges.candidates(input)),
      request: signed.charges.request.handler(({ input, context, errors }) =>
        answer(core.charges.request(context.actor, input), errors),
      ),
      cancel: signed.charges.cancel.handler(({ input, context, errors }) =>
        answer(core.charges.cancel(context.actor, input), errors),
      ),
      askAgain: signed.charges.askAgain.handler(({ input, context, errors }) =>
        answer(core.charges.askAgain(context.actor, input), errors),
      ),
      refund: signed.charges.refund.handler(async ({ input, context, errors }) => {
        // A PIN typed here is a PIN tried: it counts against this connection's sign-in attempts.
        const waitMs = input.pin === null ? 0 : context.signInLimit.take();
        if (waitMs > 0) {
          deps.onSignInLimited();
          throw errors.REFUSED({ data: { reason: 'manager-pin-locked', detail: `wait ${waitMs} ms` } });
        }
        return answer(await core.charges.refund(context.actor, input), errors);
      }),
      list: signed.charges.list.handler(({ input }) => core.charges.list(input)),
    },
    log: {
      journal: signed.log.journal.handler(({ input }) => core.log.journal(input)),
      day: signed.log.day.handler(({ input }) => core.log.day(input)),
      attention: signed.log.attention.handler(() => ({ items: core.log.attention() })),
      resolveAttention: signed.log.resolveAttention.handler(({ input, context, errors }) =>
        answer(core.log.resolveAttention(context.actor, input), errors),
      ),
    },
    setup: {
      ...backupRoutes(signed, deps.backups),
      site: signed.setup.site.handler(() => {
        const enrolment = core.settings.enrolment();
        return {
          site: core.settings.site(),
          serverUrl: enrolment?.serverUrl ?? null,
          enrolled: enrolment !== null,
        };
      }),
      enrol: signed.setup.enrol.handler(async ({ input, context, errors }) =>
        answer(await deps.enrol(context.actor, input), errors),
      ),
      updateSite: signed.setup.updateSite.handler(({ input, context, errors }) =>
        answer(core.settings.updateSite(context.actor, input), errors),
      ),
      receivers: signed.setup.receivers.handler(() => ({ receivers: deps.receivers() })),
    },
    privacy: {
      get: signed.privacy.get.handler(() => {
        const state = core.privacy.state();
        const { backups } = deps.backups.list();
        const older = backups.filter((backup) => backup.madeAtMs < state.keepsSinceMs);
        return { ...state, olderBackups: older.length };
      }),
      set: signed.privacy.set.handler(({ input, context, errors }) =>
        answer(core.privacy.set(context.actor, input), errors),
      ),
    },
    staff: {
      list: signed.staff.list.handler(() => ({ people: core.staff.list() })),
      story: signed.staff.story.handler(({ input }) => core.staff.story(input)),
      sessions: signed.staff.sessions.handler(({ context }) => ({
        sessions: core.staff.sessions(context.token),
      })),
      endSession: signed.staff.endSession.handler(({ input, context, errors }) => {
        const value = answer(core.staff.endSession(context.actor, input), errors);
        deps.board.recheck();
        return value;
      }),
      unlock: signed.staff.unlock.handler(({ input, context, errors }) =>
        answer(core.staff.unlock(context.actor, input), errors),
      ),
      abilities: signed.staff.abilities.handler(() => ({ abilities: abilities() })),
      add: signed.staff.add.handler(async ({ input, context, errors }) =>
        answer(await core.staff.add(context.actor, input), errors),
      ),
      resetPin: signed.staff.resetPin.handler(async ({ input, context, errors }) => {
        const value = answer(await core.staff.resetPin(context.actor, input), errors);
        deps.board.recheck();
        return value;
      }),
      retire: signed.staff.retire.handler(({ input, context, errors }) => {
        const value = answer(core.staff.retire(context.actor, input), errors);
        deps.board.recheck();
        return value;
      }),
    },
  });
}
export type StationRouter = ReturnType<typeof createStationRouter>;
