export * from './credentials.ts';
export * from './menus.ts';
export * from './rules.ts';
export * from './signing-keys.ts';
export * from './sites.ts';
