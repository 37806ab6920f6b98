export * from './daily-log.tsx';
