export * from './checkout.ts';
export * from './contents.ts';
export {
  createCart,
  type NewCart,
  type NewGoods,
  renewCartKeys,
  retireCart,
  sellGoods,
  setCartRules,
} from './fleet.ts';
export * from './payments.ts';
export * from './pricing.ts';
export type { CartRules } from './rules.ts';
export { cartsOfSite, rulesOf } from './store.ts';
export * from './trips.ts';
