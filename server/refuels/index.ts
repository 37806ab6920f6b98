export * from './arrivals.ts';
export * from './records.ts';
export * from './routes.ts';
