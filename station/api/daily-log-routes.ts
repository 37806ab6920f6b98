import type { Core } from '../core/types.ts';
import type { FollowUpsCall, StatementCall } from '../sync/index.ts';
import { answer, type SignedDoor } from './guards.ts';

/** The daily log's and the shifts' part of the router. */
export function dailyLogRoutes(
  signed: SignedDoor,
  core: Core,
  { statement, followUps }: { statement: StatementCall; followUps: FollowUpsCall },
) {
  const { dailyLog, shifts } = signed;
  return {
    dailyLog: {
      rows: dailyLog.rows.handler(({ input, errors }) => answer(core.dailyLog.rows(input), errors)),
      summary: dailyLog.summary.handler(async ({ input, errors }) =>
        answer(await core.dailyLog.summary(input), errors),
      ),
      people: dailyLog.people.handler(() => ({ people: core.dailyLog.people() })),
      carts: dailyLog.carts.handler(({ input, errors }) => answer(core.dailyLog.carts(input), errors)),
      followUps: dailyLog.followUps.handler(async () => {
        const { reached, told } = await followUps();
        return {
          lines: core.dailyLog.followUps(told),
          server: reached
            ? { told: 'now' as const }
            : told === null
              ? { told: 'never' as const }
              : { told: 'before' as const, atMs: told.atMs },
        };
      }),
      reconcile: dailyLog.reconcile.handler(async ({ input, errors }) => {
        const lines = answer(await statement(core.dailyLog.statementSpan(input.day)), errors);
        return core.dailyLog.reconcile(input.day, lines);
      }),
    },
    shifts: {
      current: shifts.current.handler(({ context }) => core.shifts.current(context.actor)),
      open: shifts.open.handler(({ input, context, errors }) =>
        answer(core.shifts.open(context.actor, input), errors),
      ),
      close: shifts.close.handler(({ input, context, errors }) =>
        answer(core.shifts.close(context.actor, input), errors),
      ),
      list: shifts.list.handler(({ input }) => core.shifts.list(input)),
    },
  };
}
