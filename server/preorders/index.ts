export * from './changes.ts';
export * from './edits.ts';
export * from './no-shows.ts';
export * from './routes.ts';
export * from './settlement.ts';
