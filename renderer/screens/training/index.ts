export * from './training.tsx';
export * from './training-context.ts';
export * from './training-gate.tsx';
