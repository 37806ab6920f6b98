/**
 * A byte pipe to a device: a serial port in the field, a pair in memory in tests.
 *
 *   created ──open()──▶ open ──close() / cable out──▶ ended
 *
 * A line lives once. Nothing is queued: a write while it is not open is refused.
 */
import type { Result } from '../../shared/domain/index.ts';
import type { ReceiverError } from '../receiver.ts';

export interface SerialLineHandlers {
  /** The chunk is the handler's from now on: the line never writes into it again. */
  bytes(chunk: Uint8Array): void;
  /** The line ended by itself (cable out, device gone). Not called for our own `close()`. */
  lost(reason: ReceiverError): void;
}

export interface SerialLine {
  /** What a person would call it: `/dev/ttyACM0`, `COM3`. */
  readonly path: string;
  open(handlers: SerialLineHandlers): Promise<Result<void, ReceiverError>>;
  /** Settles when the bytes were handed to the operating system. */
  write(bytes: Uint8Array): Promise<Result<void, ReceiverError>>;
  close(): Promise<void>;
}
