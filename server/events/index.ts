export * from './bus.ts';
export * from './stream.ts';
