export * from './cars.ts';
export * from './preorders.ts';
export * from './requests.ts';
