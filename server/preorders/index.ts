export * from './routes.ts';
export * from './settlement.ts';
