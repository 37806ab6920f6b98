export * from './visit-screen.tsx';
