/** A Bluetooth controller at the far end of a serial-to-network server: as many connections as come. */
import { createServer, type Server, type Socket } from 'node:net';
import { encodeBeaconFrame } from '../../drivers/frames/index.ts';
import type { SerialLine } from '../../drivers/serial/index.ts';
import { VirtualController } from '../../drivers/testing/virtual-controller.ts';
import { beaconCode, ok } from '../../shared/domain/index.ts';

/** The jack within its reach. */
export const jackWithinReach = beaconCode('eddystone-uid', 'ab'.repeat(16));

export class NetworkController {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #timer: NodeJS.Timeout;
  readonly controllers = new Set<VirtualController>();
  rssiDbm = -50;

  constructor(speaks: 'hci' | 'something else') {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
      if (speaks === 'something else') {
        socket.on('data', () => socket.write('AT+OK\r\nwelcome to another device\r\n'.repeat(4)));
        return;
      }
      const controller = new VirtualController();
      this.controllers.add(controller);
      socket.on('close', () => this.controllers.delete(controller));
      void controller.attach(lineOf(socket));
    });
    // A jack that advertises ten times a second, and somebody's headphones.
    this.#timer = setInterval(() => {
      for (const controller of this.controllers) {
        controller.advertise({
          address: 'c1:02:03:04:05:06',
          data: encodeBeaconFrame(jackWithinReach, -20),
          rssiDbm: this.rssiDbm,
        });
        controller.advertise({
          address: 'c2:02:03:04:05:06',
          data: Uint8Array.of(2, 1, 6),
          rssiDbm: -70,
        });
      }
    }, 100);
  }

  /** @returns the specification to open it with. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `hci-uart:tcp:127.0.0.1:${address.port}`;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  end(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** A socket as the cable of a virtual controller. */
export function lineOf(socket: Socket): SerialLine {
  return {
    path: 'socket',
    open: async (handlers) => {
      socket.on('data', (chunk: Buffer) => handlers.bytes(chunk));
      socket.on('close', () => handlers.lost({ code: 'port-lost', text: 'closed' }));
      return ok(undefined);
    },
    write: async (bytes) => {
      socket.write(bytes);
      return ok(undefined);
    },
    close: async () => {
      socket.destroy();
    },
  };
}
