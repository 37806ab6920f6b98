/** A real serial port, over `serialport`. The library is loaded only when a port is opened. */
import type { SerialPort } from 'serialport';
import { err, ok, type Result } from '../../shared/domain/index.ts';
import type { ReceiverError, ReceiverErrorCode } from '../receiver.ts';
import type { SerialLine, SerialLineHandlers } from './serial-line.ts';
import { isUnixPort, readUnixPort } from './unix-reads.ts';

export interface PortLineOptions {
  path: string;
  /** Bits per second; 115 200 is what most HCI and gateway firmwares start with. */
  baudRate?: number;
  /** Hardware flow control (RTS/CTS); needed above 115 200 on most UART controllers. */
  rtscts?: boolean;
}

export const defaultBaudRate = 115_200;

export function createPortLine(options: PortLineOptions): SerialLine {
  return new PortLine(options);
}

class PortLine implements SerialLine {
  readonly path: string;
  readonly #options: PortLineOptions;
  #port: SerialPort | null = null;
  #state: 'created' | 'opening' | 'open' | 'ended' = 'created';

  constructor(options: PortLineOptions) {
    this.path = options.path;
    this.#options = options;
  }

  async open(handlers: SerialLineHandlers): Promise<Result<void, ReceiverError>> {
    if (this.#state !== 'created')
      return err({ code: 'already-opened', text: `${this.path} was opened before` });
    this.#state = 'opening';
    const { SerialPort } = await import('serialport');
    let port: SerialPort;
    try {
      port = new SerialPort({
        path: this.path,
        baudRate: this.#options.baudRate ?? defaultBaudRate,
        rtscts: this.#options.rtscts ?? false,
        autoOpen: false,
      });
    } catch (cause) {
      this.#state = 'ended';
      return err(serialError(this.path, cause));
    }
    const lose = (cause: unknown) => {
      if (this.#state === 'ended') return;
      this.#state = 'ended';
      port.destroy();
      handlers.lost({ code: 'port-lost', text: `${this.path}: ${textOf(cause) ?? 'the device went away'}` });
    };
    const opened = await new Promise<Error | null>((settle) => port.open(settle));
    if (opened !== null) {
      this.#state = 'ended';
      return err(serialError(this.path, opened));
    }
    // close() may have been called while the operating system was opening.
    if (this.#wasEnded()) {
      await closePort(port);
      return err({ code: 'not-open', text: `${this.path} was closed while opening` });
    }
    this.#port = port;
    this.#state = 'open';
    port.on('close', lose);
    port.on('error', lose);
    const binding: unknown = port.port;
    if (isUnixPort(binding)) {
      readUnixPort(binding, {
        bytes: (chunk) => handlers.bytes(chunk),
        lost: (cause) => {
          void closePort(port);
          lose(cause);
        },
      });
    } else {
      // A plain view: what is cut from it later is plain too, not a Buffer.
      port.on('data', (chunk: Buffer) => {
        handlers.bytes(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
      });
    }
    return ok(undefined);
  }

  async write(bytes: Uint8Array): Promise<Result<void, ReceiverError>> {
    const port = this.#port;
    if (port === null || this.#state !== 'open')
      return err({ code: 'not-open', text: `${this.path} is not open` });
    return new Promise((settle) => {
      port.write(bytes, (cause) => {
        settle(cause ? err({ code: 'port-lost', text: `${this.path}: ${cause.message}` }) : ok(undefined));
      });
    });
  }

  async close(): Promise<void> {
    this.#state = 'ended';
    const port = this.#port;
    this.#port = null;
    if (port?.isOpen) await closePort(port);
  }

  #wasEnded(): boolean {
    return this.#state === 'ended';
  }
}

function closePort(port: SerialPort): Promise<void> {
  return new Promise((settle) => port.close(() => settle()));
}

function textOf(cause: unknown): string | null {
  return cause instanceof Error && cause.message !== '' ? cause.message : null;
}

/** The bindings put the system's words into the message ("Error: No such file or directory, cannot open …"). */
function serialError(path: string, cause: unknown): ReceiverError {
  const text = textOf(cause) ?? String(cause);
  const rules: [RegExp, ReceiverErrorCode][] = [
    [/no such file|file not found|cannot find|ENOENT/i, 'port-not-found'],
    [/permission|access denied|EACCES/i, 'permission-denied'],
    [/busy|lock|EBUSY|resource temporarily unavailable/i, 'port-busy'],
  ];
  const code = rules.find(([pattern]) => pattern.test(text))?.[1] ?? 'port-failed';
  return { code, text: `${path}: ${text}` };
}
