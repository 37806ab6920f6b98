export * from './app.tsx';
export * from './header.tsx';
export * from './route.ts';
