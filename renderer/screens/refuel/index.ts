export * from './refuel.tsx';
