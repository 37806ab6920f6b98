/** The door to the machine's own adapter on Windows and macOS. */
export * from './native-receiver.ts';
export * from './noble-like.ts';
