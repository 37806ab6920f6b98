export * from './jacks.ts';
export * from './keys.ts';
export * from './possession.ts';
export * from './windows.ts';
