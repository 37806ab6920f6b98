import type { Role } from '../../shared/station-contract/index.ts';

/**
 * Which role may what, by the station contract's names. What a command does is in its own folder; who
 * may do it is only here.
 */
export const permissions = {
  'board.watch': ['cashier', 'attendant', 'manager', 'installer'],
  'visits.get': ['cashier', 'attendant', 'manager'],
  'visits.search': ['cashier', 'attendant', 'manager'],
  'visits.claim': ['cashier', 'attendant', 'manager'],
  'visits.release': ['cashier', 'attendant', 'manager'],
  'visits.checkIn': ['cashier', 'attendant', 'manager'],
  'visits.setLane': ['cashier', 'attendant', 'manager'],
  'visits.close': ['cashier', 'attendant', 'manager'],
  'pickups.markReady': ['cashier', 'attendant', 'manager'],
  'pickups.markItemUnavailable': ['cashier', 'manager'],
  'pickups.handOver': ['cashier', 'attendant', 'manager'],
  'pickups.undoHandOver': ['cashier', 'attendant', 'manager'],
  'refuels.candidates': ['cashier', 'attendant', 'manager'],
  'refuels.start': ['cashier', 'attendant', 'manager'],
  'refuels.complete': ['cashier', 'attendant', 'manager'],
  'refuels.askAgain': ['cashier', 'attendant', 'manager'],
  'refuels.settleOtherwise': ['cashier', 'attendant', 'manager'],
  'refuels.cancel': ['cashier', 'attendant', 'manager'],
  'log.journal': ['manager'],
  'log.day': ['manager'],
  'log.attention': ['manager'],
  'log.resolveAttention': ['manager'],
  'setup.site': ['manager', 'installer'],
  'setup.enrol': ['manager', 'installer'],
  'setup.updateSite': ['manager', 'installer'],
  'setup.receivers': ['manager', 'installer'],
  'staff.list': ['manager'],
  'staff.add': ['manager'],
  'staff.resetPin': ['manager'],
  'staff.retire': ['manager'],
} as const satisfies Record<string, readonly Role[]>;

export type CommandName = keyof typeof permissions;

export function mayRole(role: Role, name: CommandName): boolean {
  return (permissions[name] as readonly Role[]).includes(role);
}

export function rolesFor(name: CommandName): Role[] {
  return [...permissions[name]];
}
