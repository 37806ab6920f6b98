import { firstRecords } from './0001-first-records.ts';
import { charges } from './0002-charges.ts';
import { shifts } from './0003-shifts.ts';
import { cartPayments } from './0004-cart-payments.ts';
import { kiosks } from './0005-kiosks.ts';
import { onTheWay } from './0006-on-the-way.ts';
import { heardLanes } from './0007-heard-lanes.ts';
import { paidAsCart } from './0008-paid-as-cart.ts';

export interface Migration {
  /** 1, 2, 3 …: the database's `user_version` after it. */
  version: number;
  name: string;
  sql: string;
}

/** In order, never changed once released: a change is a new migration. */
export const migrations: readonly Migration[] = [
  { version: 1, name: 'first-records', sql: firstRecords },
  { version: 2, name: 'charges', sql: charges },
  { version: 3, name: 'shifts', sql: shifts },
  { version: 4, name: 'cart-payments', sql: cartPayments },
  { version: 5, name: 'kiosks', sql: kiosks },
  { version: 6, name: 'on-the-way', sql: onTheWay },
  { version: 7, name: 'heard-lanes', sql: heardLanes },
  { version: 8, name: 'paid-as-cart', sql: paidAsCart },
];
