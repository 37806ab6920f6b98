/**
 * How a device comes in: the code that was read from the first kiosk, and a name for it.
 *
 *   code and name ─▶ limits ─▶ code right? ─▶ does whoever made it still work here? ─▶ kept ─▶ credential
 */
import { err, ok, type Result } from '../../shared/domain/index.ts';
import { type JoinRefusal, joinRequest } from '../../shared/station-contract/index.ts';
import type { Actor, Core } from '../core/types.ts';
import type { JoinCodes } from './join-codes.ts';

export interface JoinFailure {
  refused: JoinRefusal;
  retryAfterMs?: number;
}

/** @param body What the device sent, unchecked. @param address Where it came from. */
export function joinDevice(
  core: Pick<Core, 'kiosks' | 'staff'>,
  codes: JoinCodes,
  body: unknown,
  address: string,
): Result<{ kioskId: string; credential: string; name: string }, JoinFailure> {
  const request = joinRequest.safeParse(body);
  const tried = codes.try(request.success ? request.data.code : '', address);
  if (tried.kind === 'wait') return err({ refused: 'wait', retryAfterMs: tried.retryAfterMs });
  if (!request.success) {
    const isName = request.error.issues.every(({ path }) => path[0] === 'name');
    return err({ refused: isName ? 'name' : 'code' });
  }
  if (tried.kind === 'wrong' || !stillWorksHere(core, tried.by)) return err({ refused: 'code' });
  const { name } = request.data;
  const joined = core.kiosks.join(tried.by, name);
  if (!joined.ok) return err({ refused: joined.error });
  codes.cancel();
  return ok({ ...joined.value, name });
}

function stillWorksHere(core: Pick<Core, 'staff'>, by: Actor): boolean {
  return core.staff
    .people()
    .some(({ staffId, role }) => staffId === by.person.staffId && role === by.person.role);
}
