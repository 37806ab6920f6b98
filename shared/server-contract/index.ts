export * from './cart-contract.ts';
export * from './contract.ts';
export * from './menus.ts';
export * from './registry.ts';
