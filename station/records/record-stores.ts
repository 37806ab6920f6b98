import type { Clock } from '../../shared/domain/index.ts';
import type { SiteSettings } from '../../shared/station-contract/index.ts';
import type { Journal } from '../journal/index.ts';
import type { CartPaymentStore } from './cart-payment-store.ts';
import type { ExpectedStore } from './expected-store.ts';
import type { MetaStore } from './meta-store.ts';
import type { OutboxStore } from './outbox-store.ts';
import type { ServerTime } from './server-time.ts';
import type { VisitStore } from './visit-store.ts';
import type { Levels } from './visit-view.ts';

/** What a transaction works on. */
export interface RecordStores {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly outbox: OutboxStore;
  readonly visits: VisitStore;
  readonly meta: MetaStore;
  readonly expected: ExpectedStore;
  readonly cartPayments: CartPaymentStore;
  readonly serverTime: ServerTime;
  readonly levels: Levels;
  readonly kioskNames: ReadonlyMap<string | null, string>;
  readonly site: SiteSettings;
}
