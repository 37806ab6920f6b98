/** The door to recordings. */
export * from './btsnoop.ts';
export * from './recorder.ts';
export * from './replay-receiver.ts';
export * from './report-packet.ts';
