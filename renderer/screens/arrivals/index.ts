export * from './arrivals.tsx';
