export * from './auth-code.ts';
export * from './expected-list.ts';
export * from './hotp.ts';
export * from './ocra.ts';
export * from './same-secret.ts';
export * from './signing-keys.ts';
