/** The simulator as a library, for tests, training and benchmarks. `main.ts` is the same as a process. */
export * from './control/index.ts';
export * from './jack/index.ts';
export * from './lot/index.ts';
export * from './phone/index.ts';
export * from './radio/index.ts';
export { runDemo } from './scenarios/demo.ts';
export { type Walk, walkLot } from './scenarios/walk.ts';
export * from './wires/index.ts';
