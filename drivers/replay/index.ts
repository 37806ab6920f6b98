/** The door to recordings. */
export * from './btsnoop.ts';
export * from './replay-receiver.ts';
