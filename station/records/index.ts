export { approvalOf } from './approval.ts';
export type { CartPaymentRecord } from './cart-payment-store.ts';
export { smallestCorrectionMs } from './clock-watch.ts';
export { Listeners } from './listeners.ts';
export { movedOn } from './moved-on.ts';
export type { NewOutboxItem } from './outbox-store.ts';
export type { RecordStores } from './record-stores.ts';
export { type NotPromise, Records } from './records.ts';
export { Refusal } from './refusal.ts';
export { refusedAtServer } from './refused-refunds.ts';
export type { Tx } from './tx.ts';
export type {
  Approval,
  ChargeRecord,
  CheckKind,
  ClosedHow,
  PickupRecord,
  RefuelRecord,
  RefundRecord,
  VisitRecord,
} from './visit-record.ts';
export {
  chargeView,
  type Level,
  levelView,
  refundableMinor,
  refundViews,
  shownPickup,
  viewOf,
} from './visit-view.ts';
