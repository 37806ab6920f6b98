export { carModelName } from './car-models.ts';
export type { Words } from './en.ts';
export * from './formats.ts';
export * from './use-words.ts';
