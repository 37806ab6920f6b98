export * from './jacks.ts';
