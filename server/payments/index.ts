export * from './callbacks.ts';
export * from './operations.ts';
