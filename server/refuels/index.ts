export * from './arrivals.ts';
export * from './complete-fast.ts';
export * from './records.ts';
export * from './routes.ts';
