/**
 * The one door to the drivers: bytes from the air → advertising reports → beacon frames.
 *
 *   createReceiver('hci-uart:/dev/ttyACM0', { id }) ─▶ Receiver ─▶ AdvertisingReport ─▶ decodeBeaconFrame
 *
 * The drivers themselves are loaded by `createReceiver`; nothing here pulls a serial or D-Bus library in.
 */
export * from './discovery.ts';
export * from './find-speed.ts';
export * from './frames/index.ts';
export * from './known-devices.ts';
export * from './receiver.ts';
export * from './receiver-specification.ts';
export { Recorder, type RecorderOptions, type RecordingSummary } from './replay/recorder.ts';
