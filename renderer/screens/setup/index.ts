export * from './setup.tsx';
