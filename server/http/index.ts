export * from './context.ts';
export * from './idempotency.ts';
export * from './problem.ts';
