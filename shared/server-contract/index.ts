export * from './cart-contract.ts';
export * from './contract.ts';
export * from './demo-carts.ts';
export * from './menus.ts';
export * from './payment-request.ts';
export * from './refuel-records.ts';
export * from './refusals.ts';
export * from './registry.ts';
