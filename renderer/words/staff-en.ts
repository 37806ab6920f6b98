/** The words of Staff: who is signed in where, and who may do what. In English. */
import type { Ability } from '../../shared/station-contract/index.ts';

const abilities: Record<Ability, string> = {
  'see-arrivals': 'See who is coming',
  'serve-cars': 'Serve cars: check in, claim, set the lane, close',
  'hand-over': 'Mark orders ready, hand over, undo',
  'item-unavailable': 'Mark an item as not available (that part is refunded)',
  refuel: 'Refuel, complete, settle otherwise',
  charge: 'Ask a driver for an amount',
  refund: 'Give money back (a cashier only with a manager’s PIN)',
  'see-carts': 'See carts and look at them',
  'check-out-carts': 'Price, check out and free carts',
  shift: 'Open and close the own shift',
  training: 'Train on the simulated lot',
  'daily-log': 'Read the daily log, reports and the journal',
  staff: 'Add people, reset PINs, sign others out',
  privacy: 'Set how long plates are kept',
  backup: 'Back up and restore',
  'site-setup': 'Set up the site, prices and the server',
  receivers: 'Set up receivers, lanes and walk tests',
  kiosks: 'Let other kiosks join',
};

export const staffEn = {
  staffTabs: { label: 'What is shown', people: 'People', sessions: 'Signed in', roles: 'Roles' },
  sessions: {
    nobody: 'Nobody is signed in.',
    at: (kiosk: string, time: string) => `${kiosk} · since ${time}`,
    until: (time: string) => `until ${time}`,
    here: 'This kiosk',
    signOut: 'Sign out there',
    signOutTitle: (name: string, kiosk: string) => `Sign ${name} out at ${kiosk}?`,
    signOutExplain:
      'That kiosk locks at once. What is half typed there stays, and comes back when the same person signs in.',
    done: (name: string) => `${name} is signed out.`,
  },
  unlockPin: {
    lift: 'Lift the lock',
    done: (name: string) => `${name} can sign in again.`,
  },
  abilityTable: {
    caption: 'Who may do what. Made from the station’s own rules.',
    what: 'What',
    may: 'may',
    mayNot: 'may not',
  },
  abilities,
  switchPerson: { label: 'Somebody else', explain: 'What you have open stays as it is for you.' },
};
