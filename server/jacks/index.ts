export * from './keys.ts';
export * from './makers-list.ts';
export * from './possession.ts';
export * from './windows.ts';
