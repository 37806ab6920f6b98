export * from './eid.ts';
export * from './registration.ts';
export * from './windows.ts';
