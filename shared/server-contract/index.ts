export * from './cart-contract.ts';
export * from './contract.ts';
export * from './registry.ts';
