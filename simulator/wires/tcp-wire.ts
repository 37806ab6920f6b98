/**
 * A receiver on a loopback TCP port, as ser2net puts a serial port on the network. One connection at
 * a time, like a port that is open already; a new connection is the cable plugged in again.
 *
 *   listening ──connect──▶ connected (fresh controller) ──disconnect──▶ listening
 *       ▲ plug                  │ unplug: connection cut, port closed
 *       └──────── unplugged ◀───┘
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { SerialLine } from '../../drivers/serial/index.ts';
import type { HeardAdvert } from '../../drivers/testing/virtual-controller.ts';
import { err, ok } from '../../shared/domain/index.ts';
import { Cable } from './cable.ts';
import type { ReceiverWire, WireState } from './receiver-wire.ts';

/** A host that does not read: beyond this much unsent the newest bytes are lost, as in a real UART. */
const unsentMostBytes = 256 * 1024;

export class TcpWire implements ReceiverWire {
  #server: Server | null = null;
  #port: number;
  #socket: Socket | null = null;
  #cable: Cable | null = null;

  private constructor(port: number) {
    this.#port = port;
  }

  /** @param port 0 takes any free one. @throws when the port is taken. */
  static async listen(port = 0): Promise<TcpWire> {
    const wire = new TcpWire(port);
    await wire.plug();
    return wire;
  }

  get specification(): string {
    return `hci-uart:tcp:127.0.0.1:${this.#port}`;
  }

  hear(advert: HeardAdvert): boolean {
    return this.#cable?.hear(advert) ?? false;
  }

  say(bytes: Uint8Array): boolean {
    this.#cable?.say(bytes);
    return this.#cable !== null;
  }

  async unplug(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    void this.#cable?.pull();
    this.#cable = null;
    this.#socket?.destroy();
    this.#socket = null;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async plug(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer((socket) => void this.#connected(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
    this.#server = server;
  }

  state(): WireState {
    if (this.#server === null) return 'unplugged';
    return this.#cable?.state() ?? 'waiting';
  }

  async close(): Promise<void> {
    await this.unplug();
  }

  async #connected(socket: Socket): Promise<void> {
    socket.on('error', () => {}); // 'close' follows and says all there is to say
    if (this.#socket !== null) {
      socket.destroy(); // the port is busy
      return;
    }
    this.#socket = socket;
    socket.setNoDelay(true);
    const line = new SocketLine(socket);
    socket.once('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#cable = null;
    });
    this.#cable = await Cable.attach(line);
  }
}

/** The device's end of an accepted connection. */
class SocketLine implements SerialLine {
  readonly path = 'tcp';
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  async open(handlers: Parameters<SerialLine['open']>[0]) {
    this.#socket.on('data', (chunk) => handlers.bytes(new Uint8Array(chunk)));
    this.#socket.once('close', () => handlers.lost({ code: 'port-lost', text: 'the host hung up' }));
    return ok(undefined);
  }

  async write(bytes: Uint8Array) {
    if (this.#socket.destroyed) return err({ code: 'not-open' as const, text: 'the host hung up' });
    if (this.#socket.writableLength > unsentMostBytes) {
      return err({ code: 'port-failed' as const, text: 'the host does not read' });
    }
    this.#socket.write(bytes);
    return ok(undefined);
  }

  async close() {
    this.#socket.destroy();
  }
}
