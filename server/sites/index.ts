export * from './menus.ts';
export * from './sites.ts';
