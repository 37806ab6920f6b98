export * from './port.ts';
export * from './sandbox.ts';
