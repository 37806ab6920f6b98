/** Who gets past the door: the guard before every procedure, and errors as the contract names them. */
import { implement } from '@orpc/server';
import { throwIllegalValue } from '../../shared/domain/index.ts';
import { type RefusalReason, type Role, stationContract } from '../../shared/station-contract/index.ts';
import type { Actor, CommandError, CommandResult, Core, Session } from '../core/types.ts';
import { openProcedures, rolesFor } from './permissions.ts';
import type { SignInLimit } from './sign-in-limit.ts';
import { openInTraining } from './training-door.ts';

/** What each connection brings along with each of its calls. */
export interface CallContext {
  /** The call's `authorization` header. */
  authorization: string | undefined;
  /** The kiosk the connection belongs to; null: the first one. */
  kioskId: string | null;
  signInLimit: SignInLimit;
}

interface CoreErrors {
  FORBIDDEN: (options: { data: { needs: Role[] } }) => Error;
  REFUSED: (options: {
    data: { reason: RefusalReason; by?: Actor['person'] | null; detail?: string };
  }) => Error;
  NOT_KEPT: (options: { data: { detail: string } }) => Error;
}

/** A command's value, or the contract's error of the same name. */
export function answer<T>(result: CommandResult<T>, errors: CoreErrors): T {
  if (result.ok) return result.value;
  throw errorOf(result.error, errors);
}

function errorOf(error: CommandError, errors: CoreErrors): Error {
  switch (error.code) {
    case 'FORBIDDEN':
      return errors.FORBIDDEN({ data: { needs: error.needs } });
    case 'REFUSED':
      return errors.REFUSED({ data: { reason: error.reason, by: error.by, detail: error.detail } });
    case 'NOT_KEPT':
      return errors.NOT_KEPT({ data: { detail: error.detail } });
    default:
      return throwIllegalValue(error);
  }
}

/** `Bearer <token>` → token; null when it is anything else. */
export function bearerToken(authorization: string | undefined): string | null {
  const match = /^Bearer ([\x21-\x7e]{16,200})$/.exec(authorization ?? '');
  return match?.[1] ?? null;
}

/** The contract's two doors: `open` for strangers, `signed` for the roles of the table. */
export function stationGuards(core: Core, forTraining = false) {
  const root = implement(stationContract).$context<CallContext>();

  // A device that was removed gets no word more, though its connection may live for a moment.
  const isIn = ({ kioskId }: CallContext) => kioskId === null || core.kiosks.isIn(kioskId);

  const open = root.use(({ context, next, path, errors }) => {
    if (!openProcedures.has(path.join('.')) || !isIn(context)) throw errors.UNAUTHORIZED();
    return next();
  });

  const signed = root.use(({ context, next, path, errors }) => {
    const token = bearerToken(context.authorization);
    const session: Session | null = token === null ? null : core.staff.session(token);
    if (token === null || session === null || !isIn(context)) throw errors.UNAUTHORIZED();
    // A token that was carried from one device to another opens nothing there.
    if (session.kioskId !== context.kioskId) throw errors.UNAUTHORIZED();
    const needs = rolesFor(path);
    if (!needs.includes(session.person.role)) throw errors.FORBIDDEN({ data: { needs: [...needs] } });
    if (forTraining && !openInTraining(path)) throw errors.REFUSED({ data: { reason: 'not-in-training' } });
    const actor: Actor = { person: session.person, kioskId: session.kioskId };
    return next({ context: { token, session, actor } });
  });

  return { root, open, signed };
}
export type SignedDoor = ReturnType<typeof stationGuards>['signed'];
