/**
 * A serial port whose device speaks at one speed only. At another speed bytes get through both ways, but
 * wrong ones: bits are sampled at the wrong moments.
 */
import type { Result } from '../../shared/domain/index.ts';
import type { ReceiverError } from '../receiver.ts';
import { createMemoryLinePair, type SerialLine, type SerialLineHandlers } from '../serial/index.ts';

export class OneSpeedPort {
  readonly #baudRate: number;
  readonly #plugDevice: (line: SerialLine) => void;
  /** Every speed it was opened at, in order. */
  readonly opened: number[] = [];
  openNow = 0;

  /** @param plugDevice attaches the device to its end of the cable; called for each opening of the port */
  constructor(baudRate: number, plugDevice: (line: SerialLine) => void) {
    this.#baudRate = baudRate;
    this.#plugDevice = plugDevice;
  }

  line(baudRate: number): SerialLine {
    const { host, device } = createMemoryLinePair('/dev/one-speed');
    const garble = baudRate === this.#baudRate ? same : garbled;
    const opened = (change: number) => {
      this.openNow += change;
    };
    let open = false;
    return {
      path: host.path,
      open: async (handlers: SerialLineHandlers): Promise<Result<void, ReceiverError>> => {
        this.opened.push(baudRate);
        const result = await host.open({
          bytes: (chunk) => handlers.bytes(garble(chunk)),
          lost: (reason) => handlers.lost(reason),
        });
        open = result.ok;
        if (open) opened(1);
        this.#plugDevice(device);
        return result;
      },
      write: (bytes) => host.write(garble(bytes)),
      close: async () => {
        if (open) opened(-1);
        open = false;
        await host.close();
      },
    };
  }
}

const same = (bytes: Uint8Array): Uint8Array => bytes;

/** Half of the bytes, none as it was; what a line sampled at half its speed looks like. */
function garbled(bytes: Uint8Array): Uint8Array {
  return bytes.filter((_, index) => index % 2 === 0).map((byte) => (byte ^ 0xa5) | 0x80);
}
