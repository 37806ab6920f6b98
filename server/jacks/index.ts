export * from './jacks.ts';
export * from './keys.ts';
export * from './windows.ts';
