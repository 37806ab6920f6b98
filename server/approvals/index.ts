export * from './approve-fast.ts';
export * from './charges.ts';
export * from './drive-offs.ts';
export * from './requests.ts';
export * from './routes.ts';
export { requestEvent } from './settle-fast.ts';
export * from './settlement.ts';
