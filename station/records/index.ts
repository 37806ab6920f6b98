export type { NewOutboxItem } from './outbox-store.ts';
export { type NotPromise, Records } from './records.ts';
export { Refusal } from './refusal.ts';
export type { Tx } from './tx.ts';
export type {
  Approval,
  CheckKind,
  ClosedHow,
  PickupRecord,
  RefuelRecord,
  VisitRecord,
} from './visit-record.ts';
export { shownPickup, viewOf } from './visit-view.ts';
