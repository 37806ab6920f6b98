export * from './staff.tsx';
