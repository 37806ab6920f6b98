export * from './resolve.ts';
export * from './routes.ts';
