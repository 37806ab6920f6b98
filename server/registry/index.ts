export * from './account.ts';
export * from './blocks.ts';
export * from './ownership.ts';
export * from './phones.ts';
export * from './registration.ts';
