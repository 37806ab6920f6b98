export * from './checkout.ts';
export * from './contents.ts';
export { createCart, type NewCart, type NewGoods, sellGoods, setCartRules } from './fleet.ts';
export * from './payments.ts';
export * from './pricing.ts';
export * from './trips.ts';
