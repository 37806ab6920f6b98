/** The door to serial lines. */
export * from './memory-line.ts';
export * from './port-line.ts';
export * from './serial-line.ts';
export * from './tcp-line.ts';
