export * from './port.ts';
export * from './sandbox.ts';
export * from './stripe.ts';
