export * from './arrivals.ts';
export * from './routes.ts';
