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
  'carts.list': ['cashier', 'attendant', 'manager'],
  'carts.free': ['cashier', 'manager'],
  'carts.acknowledge': ['cashier', 'attendant', 'manager'],
  'carts.priceItem': ['cashier', 'manager'],
  'carts.checkOut': ['cashier', 'manager'],
  'carts.payments': ['cashier', 'manager'],
  // A cashier only with a manager's PIN, as a charge's.
  'carts.refund': ['cashier', 'manager'],
  'charges.candidates': ['cashier', 'manager'],
  'charges.request': ['cashier', 'manager'],
  'charges.cancel': ['cashier', 'manager'],
  'charges.askAgain': ['cashier', 'manager'],
  // A cashier only with a manager's PIN: core/refund-with-pin.ts.
  'charges.refund': ['cashier', 'manager'],
  'charges.list': ['cashier', 'manager'],
  'log.journal': ['manager'],
  'log.day': ['manager'],
  'log.attention': ['manager'],
  'log.resolveAttention': ['manager'],
  'dailyLog.rows': ['manager'],
  'dailyLog.summary': ['manager'],
  'dailyLog.people': ['manager'],
  'dailyLog.carts': ['manager'],
  'dailyLog.reservations': ['manager'],
  'dailyLog.reconcile': ['manager'],
  'shifts.current': ['cashier', 'attendant', 'manager'],
  'shifts.open': ['cashier', 'attendant', 'manager'],
  'shifts.close': ['cashier', 'attendant', 'manager'],
  'shifts.list': ['manager'],
  'setup.backups': ['manager'],
  'setup.backup': ['manager'],
  'setup.readBackup': ['manager'],
  'setup.uploadBackup': ['manager'],
  'setup.restore': ['manager'],
  'setup.site': ['manager', 'installer'],
  'setup.enrol': ['manager', 'installer'],
  'setup.updateSite': ['manager', 'installer'],
  'setup.receivers': ['manager', 'installer'],
  'receivers.discover': ['manager', 'installer'],
  'receivers.check': ['manager', 'installer'],
  'receivers.add': ['manager', 'installer'],
  'receivers.rename': ['manager', 'installer'],
  'receivers.remove': ['manager', 'installer'],
  'receivers.live': ['manager', 'installer'],
  'receivers.why': ['manager', 'installer'],
  'lanes.get': ['manager', 'installer'],
  'lanes.set': ['manager', 'installer'],
  'walkTest.state': ['manager', 'installer'],
  'walkTest.start': ['manager', 'installer'],
  'walkTest.mark': ['manager', 'installer'],
  'walkTest.finish': ['manager', 'installer'],
  'walkTest.cancel': ['manager', 'installer'],
  'walkTest.reports': ['manager', 'installer'],
  'walkTest.report': ['manager', 'installer'],
  'recording.list': ['manager', 'installer'],
  'recording.start': ['manager', 'installer'],
  'recording.stop': ['manager', 'installer'],
  'recording.replay': ['manager', 'installer'],
  'recording.read': ['manager', 'installer'],
  'testBeacon.get': ['manager', 'installer'],
  'testBeacon.set': ['manager', 'installer'],
  'testBeacon.clear': ['manager', 'installer'],
  'diagnostics.bundle': ['manager', 'installer'],
  // Whoever works here may train, as often as they like; for a colleague only a manager begins it.
  // Whoever works here may train, as often as they like; for a colleague only a manager begins it.
  'training.progress': ['cashier', 'attendant', 'manager', 'installer'],
  'training.begin': ['cashier', 'attendant', 'manager', 'installer'],
  'training.coach': ['cashier', 'attendant', 'manager', 'installer'],
  'training.wire': ['cashier', 'attendant', 'manager', 'installer'],
  'training.say': ['cashier', 'attendant', 'manager', 'installer'],
  'training.leave': ['cashier', 'attendant', 'manager', 'installer'],
  'staff.list': ['manager'],
  'staff.story': ['manager'],
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
