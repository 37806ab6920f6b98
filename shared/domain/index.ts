export * from './business-day.ts';
export * from './clock.ts';
export * from './codes.ts';
export * from './fuels.ts';
export * from './ids.ts';
export * from './money.ts';
export * from './plates.ts';
export * from './result.ts';
