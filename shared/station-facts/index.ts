/**
 * The fixed values and rules of the station contract, plain: the contract makes its schemas of them, the window
 * reckons with them. So the window loads no schema library and evaluates no schemas before its first
 * picture. The window imports nothing but types from `station-contract` (held by the arrows).
 */

export const roles = ['cashier', 'attendant', 'manager', 'installer'] as const;

/** What somebody may do, as people speak of it; the kiosk has words for each. */
export const abilityNames = [
  'see-arrivals',
  'serve-cars',
  'hand-over',
  'item-unavailable',
  'sold-out',
  'refuel',
  'charge',
  'refund',
  'see-carts',
  'check-out-carts',
  'shift',
  'training',
  'daily-log',
  'staff',
  'privacy',
  'backup',
  'site-setup',
  'receivers',
  'kiosks',
] as const;

const whoServe = ['cashier', 'attendant', 'manager'] as const;
const counter = ['cashier', 'manager'] as const;
const managers = ['manager'] as const;
const whoSetUp = ['manager', 'installer'] as const;

/**
 * Which roles an ability belongs to, so that a screen offers nobody what the station will refuse. The station decides by
 * its own permissions; a test holds that both say the same.
 */
export const rolesWho: Readonly<Record<(typeof abilityNames)[number], readonly (typeof roles)[number][]>> = {
  'see-arrivals': roles,
  'serve-cars': whoServe,
  'hand-over': whoServe,
  'item-unavailable': counter,
  'sold-out': counter,
  refuel: whoServe,
  charge: counter,
  refund: counter,
  'see-carts': whoServe,
  'check-out-carts': counter,
  shift: whoServe,
  training: roles,
  'daily-log': managers,
  staff: managers,
  privacy: managers,
  backup: managers,
  'site-setup': whoSetUp,
  receivers: whoSetUp,
  kiosks: whoSetUp,
};

/** No site lets a hand-over be undone longer. An end that is farther away was stamped before the clock was set back. */
export const longestUndoMs = 600_000;

export const logKinds = ['pickup', 'refuel', 'charge', 'cart', 'none'] as const;
export const paymentGroups = ['settled', 'waiting', 'unpaid', 'unknown', 'cancelled'] as const;

/** In the order in which a new colleague does them. */
export const exercises = [
  'first-pickup',
  'first-refuel',
  'declined-payment',
  'offline-hour',
  'close-of-shift',
] as const;

/** The largest message between a window and its training station, either way, characters. */
export const trainingMessageMost = 200_000;

/** Why a device was not let in. */
export const joinRefusals = ['code', 'name', 'name-taken', 'too-many', 'wait', 'not-kept'] as const;

/** Close code of a kiosk's WebSocket when it was removed (RFC 6455: 4000–4999 are the application's). */
export const shutOutCode = 4401;

/**
 * What the site's rule demands for this amount; staff may demand more, never less.
 *
 * @param minor the amount in the currency's smallest unit
 */
export function requiredVerification(
  site: { jackRequiredFromMinor?: number | null },
  minor: number,
): 'jack' | 'phone' {
  const from = site.jackRequiredFromMinor === undefined ? 0 : site.jackRequiredFromMinor;
  return from !== null && minor >= from ? 'jack' : 'phone';
}
export * from './changed-meanwhile.ts';
export * from './limit-range.ts';
