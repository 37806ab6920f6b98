/** The words of Staff: who is signed in where, and who may do what. In English. */
import type { Ability } from '../../shared/station-contract/index.ts';

const abilities: Record<Ability, string> = {
  'see-arrivals': 'See who is coming',
  'serve-cars': 'Serve cars: check in, claim, set the lane, close',
  'hand-over': 'Mark orders ready, hand over, undo',
  'item-unavailable': 'Mark an item as not available (that part is refunded)',
  'sold-out': 'Mark what is sold out today, and take it back',
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
    signOut: 'Sign out',
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
  privacy: {
    tab: 'Privacy',
    title: 'How long plates are kept',
    explain:
      'After this time the station erases plate, model, colour, jack and notes of a visit for good. What was sold, when and by whom stays. It is done by itself once a day.',
    howLong: 'Kept for',
    days: (n: number) => (n === 365 ? 'a year' : n === 1_825 ? '5 years' : n === 1 ? '1 day' : `${n} days`),
    saved: (time: string) => `Plates are kept for ${time}.`,
    kept: (n: string) => `${n} visits have a plate now.`,
    lastErased: (day: string) => `Last erased on ${day}.`,
    neverErased: 'Nothing was erased yet.',
    openMarks: (n: string) =>
      `${n} older marks have not reached the payment server: they keep what they say until it has them.`,
    backups: 'Backups keep the plates of their time. Those that left this machine only you can delete.',
    olderBackups: (n: string) =>
      `${n} backups were made before that and still hold plates. Make a new backup and delete the old files, also where they were copied to. Going back to one brings its plates back until the next day.`,
    shorterTitle: (time: string) => `Keep plates for ${time} only?`,
    shorterExplain: 'What is older is erased now. It cannot be brought back.',
    shorterSubmit: 'Erase what is older',
  },
  sounds: {
    tab: 'Sounds',
    title: 'Sounds of this kiosk',
    explain: 'Each kiosk has its own: the counter is quiet where the yard is loud.',
    muted: 'The sound is off now. The bell on the board turns it on.',
    which: 'Sound',
    volume: 'Volume',
    play: 'Play',
    tryIt: (what: string) => `Play: ${what}`,
    repeat: 'Again and again until somebody takes the car',
  },
  soundOccasions: { bay: 'A car in a bay', pump: 'A car at a pump', paid: 'Paid' },
  soundNames: { rising: 'Rising', falling: 'Falling', bell: 'Bell', knock: 'Knock', none: 'Silent' },
  switchPerson: { label: 'Someone else', explain: 'What you have open stays as it is for you.' },
};
