import { HciUartReceiver } from '../drivers/hci-uart/index.ts';
import type { ReceiverFactory } from '../drivers/receiver.ts';
import type { SerialLine, SerialLineHandlers } from '../drivers/serial/index.ts';
import type { Clock } from '../shared/domain/index.ts';
import type { MemoryWire } from '../simulator/index.ts';

/** The real driver of controllers on serial lines, on a cable that exists in memory only. */
export function memoryReceiver(id: string, wire: MemoryWire, clock: Clock): ReceiverFactory {
  return () => new HciUartReceiver({ id, clock, line: new WireLine(wire) });
}

/** A line that is plugged in when it is opened, as a port is. */
class WireLine implements SerialLine {
  readonly path = 'training';
  readonly #wire: MemoryWire;
  #line: SerialLine | null = null;

  constructor(wire: MemoryWire) {
    this.#wire = wire;
  }

  async open(handlers: SerialLineHandlers) {
    this.#line = await this.#wire.hostLine();
    return this.#line.open(handlers);
  }

  async write(bytes: Uint8Array) {
    if (this.#line === null) throw new Error('written to before it was opened');
    return this.#line.write(bytes);
  }

  async close() {
    await this.#line?.close();
  }
}
