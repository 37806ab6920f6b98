/**
 * Who may call what. The roles per command are the staff folder's table; here stand only the calls
 * that are about the session itself. A procedure of the contract without a line in either is refused
 * to everybody (and a test fails), so that a new one is never open by oversight.
 */
import type { Role } from '../../shared/station-contract/index.ts';
import { roles } from '../../shared/station-facts/index.ts';
import { permissions } from '../staff/index.ts';

/** Before sign-in; nothing else is served to a stranger. */
export const openProcedures: ReadonlySet<string> = new Set(['session.options', 'session.signIn']);

/** Procedure (`folder.name`) → the roles that may call it. */
export const procedureRoles: Readonly<Record<string, readonly Role[]>> = {
  ...permissions,
  'session.signOut': roles,
  'session.current': roles,
};

/** The roles that may call it; empty for a procedure that nobody gave a rule. */
export function rolesFor(path: readonly string[]): readonly Role[] {
  const name = path.join('.');
  return Object.hasOwn(procedureRoles, name) ? (procedureRoles[name] ?? []) : [];
}
