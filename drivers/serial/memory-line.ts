/**
 * Two ends of a cable in memory. What one end writes the other receives at once (in the same turn);
 * closing one end is pulling the cable for the other.
 */
import { err, ok, type Result } from '../../shared/domain/index.ts';
import type { ReceiverError } from '../receiver.ts';
import type { SerialLine, SerialLineHandlers } from './serial-line.ts';

export interface MemoryLinePair {
  host: SerialLine;
  device: SerialLine;
}

export function createMemoryLinePair(path = 'memory'): MemoryLinePair {
  const host = new MemoryLine(path);
  const device = new MemoryLine(path);
  host.join(device);
  device.join(host);
  return { host, device };
}

class MemoryLine implements SerialLine {
  readonly path: string;
  #peer: MemoryLine | null = null;
  #handlers: SerialLineHandlers | null = null;
  #state: 'created' | 'open' | 'ended' = 'created';

  constructor(path: string) {
    this.path = path;
  }

  join(peer: MemoryLine): void {
    this.#peer = peer;
  }

  async open(handlers: SerialLineHandlers): Promise<Result<void, ReceiverError>> {
    if (this.#state === 'open') return err({ code: 'already-opened', text: `${this.path} is open already` });
    if (this.#state === 'ended' || this.#peer?.ended) {
      return err({ code: 'port-not-found', text: `${this.path} is gone` });
    }
    this.#handlers = handlers;
    this.#state = 'open';
    return ok(undefined);
  }

  async write(bytes: Uint8Array): Promise<Result<void, ReceiverError>> {
    if (this.#state !== 'open') return err({ code: 'not-open', text: `${this.path} is not open` });
    this.#peer?.receive(bytes.slice());
    return ok(undefined);
  }

  async close(): Promise<void> {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#handlers = null;
    this.#peer?.lose();
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  private receive(chunk: Uint8Array): void {
    this.#handlers?.bytes(chunk);
  }

  private lose(): void {
    const handlers = this.#handlers;
    this.#handlers = null;
    this.#state = 'ended';
    handlers?.lost({ code: 'port-lost', text: `${this.path}: the cable was pulled out` });
  }
}
