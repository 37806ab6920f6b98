export * from './auth-code.ts';
export * from './hotp.ts';
export * from './ocra.ts';
