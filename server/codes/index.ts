export * from './cars.ts';
export * from './resolve.ts';
export * from './routes.ts';
export * from './windows.ts';
