export * from './approve-fast.ts';
export * from './charges.ts';
export * from './drive-offs.ts';
export * from './requests.ts';
export * from './routes.ts';
export * from './settlement.ts';
