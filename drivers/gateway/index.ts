/** The door to gateways that print JSON. */
export * from './gateway-message.ts';
export * from './gateway-receiver.ts';
export * from './json-finder.ts';
