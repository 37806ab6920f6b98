export * from './render.ts';
export * from './routes.ts';
export * from './settlement.ts';
