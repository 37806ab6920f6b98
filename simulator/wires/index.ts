/** Cables between the lot's receivers and the hci-uart driver. The one door of this folder. */
export { MemoryWire } from './memory-wire.ts';
export { PathWire } from './path-wire.ts';
export type { ReceiverWire, WireState } from './receiver-wire.ts';
export { TcpWire } from './tcp-wire.ts';
