/** The door to beacon frames. */
export * from './beacon-frame.ts';
export * from './encode.ts';
export * from './frame-counter.ts';
export * from './hex.ts';
