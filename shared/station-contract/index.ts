export * from './backup-contract.ts';
export { type RefusalReason, refusalReason, refusalReasons } from './base.ts';
export { type CartOnSite, type CartPaymentView, cartOnSite, cartPaymentView } from './carts-contract.ts';
export * from './charge-views.ts';
export * from './contract.ts';
export * from './daily-log-views.ts';
export * from './follow-ups.ts';
export * from './kiosks-contract.ts';
export type { MenuItemOnSite } from './menu-contract.ts';
export type { PrivacyState } from './privacy-contract.ts';
export * from './receivers.ts';
export type {
  Ability,
  AbilityView,
  OpenSession,
} from './staff-contract.ts';
export * from './training-views.ts';
export * from './views.ts';
