/** The door to the machine's own adapter on Linux. */
export * from './bluez-receiver.ts';
export * from './device-properties.ts';
export * from './list-adapters.ts';
