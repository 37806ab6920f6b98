/** The door to Bluetooth controllers on serial lines. */
export * from './h4-framer.ts';
export * from './hci-decoder.ts';
export * from './hci-uart-receiver.ts';
