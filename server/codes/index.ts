export * from './drift.ts';
export * from './expected.ts';
export * from './resolve.ts';
export * from './routes.ts';
