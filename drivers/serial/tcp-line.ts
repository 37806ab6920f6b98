/**
 * A serial port at the far end of a network connection: ser2net and the like put one on a TCP port or
 * a unix socket, and so does our simulated lot. Bytes only; the speed is set at the far end.
 *
 *   tcp:192.0.2.7:5001     tcp:[::1]:5001     unix:/run/receiver.sock
 */
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { type Clock, err, ok, type Result, systemClock } from '../../shared/domain/index.ts';
import type { ReceiverError, ReceiverErrorCode } from '../receiver.ts';
import type { SerialLine, SerialLineHandlers } from './serial-line.ts';

export const tcpLineDelays = {
  /** A host that does not answer at all; a refused connection is known at once. */
  connectTimeoutMs: 5_000,
  /** Dead peers (power cut, cable) are found out by the system's probes, the first after so long. */
  keepAliveMs: 5_000,
} as const;

/** Is this target a network serial line and not the path of a port? */
export function isSocketTarget(target: string): boolean {
  return target.startsWith('tcp:') || target.startsWith('unix:');
}

/** Null when the target is not `tcp:host:port` or `unix:path`. */
export function parseSocketTarget(target: string): NetConnectOpts | null {
  if (target.startsWith('unix:')) {
    const path = target.slice('unix:'.length);
    return path === '' ? null : { path };
  }
  const match = /^tcp:(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):([0-9]{1,5})$/.exec(target);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !(port >= 1 && port <= 65_535)) return null;
  return { host, port };
}

export function createTcpLine(target: string, clock: Clock = systemClock): SerialLine {
  return new TcpLine(target, clock);
}

class TcpLine implements SerialLine {
  readonly path: string;
  readonly #clock: Clock;
  #socket: Socket | null = null;
  #state: 'created' | 'opening' | 'open' | 'ended' = 'created';

  constructor(target: string, clock: Clock) {
    this.path = target;
    this.#clock = clock;
  }

  async open(handlers: SerialLineHandlers): Promise<Result<void, ReceiverError>> {
    if (this.#state !== 'created') {
      return err({ code: 'already-opened', text: `${this.path} was opened before` });
    }
    const where = parseSocketTarget(this.path);
    if (where === null) {
      this.#state = 'ended';
      return err({
        code: 'bad-specification',
        text: `${this.path} is neither tcp:host:port nor unix:path`,
      });
    }
    this.#state = 'opening';
    const socket = connect(where);
    this.#socket = socket;
    const failure = await this.#connected(socket);
    if (failure !== null) {
      this.#state = 'ended';
      socket.destroy();
      return err(failure);
    }
    this.#state = 'open';
    socket.setNoDelay(true);
    socket.setKeepAlive(true, tcpLineDelays.keepAliveMs);
    let cause: Error | null = null;
    socket.on('error', (error) => {
      cause = error;
    });
    socket.on('data', (chunk: Buffer) => handlers.bytes(chunk));
    // Half-closed is closed: a serial line that only sends is of no use.
    socket.once('end', () => socket.destroy());
    socket.once('close', () => {
      if (this.#state === 'ended') return;
      this.#state = 'ended';
      const text = cause === null ? 'the far end hung up' : cause.message;
      handlers.lost({ code: 'port-lost', text: `${this.path}: ${text}` });
    });
    return ok(undefined);
  }

  async write(bytes: Uint8Array): Promise<Result<void, ReceiverError>> {
    const socket = this.#socket;
    if (socket === null || this.#state !== 'open') {
      return err({ code: 'not-open', text: `${this.path} is not open` });
    }
    return new Promise((settle) => {
      socket.write(bytes, (cause) => {
        settle(cause ? err({ code: 'port-lost', text: `${this.path}: ${cause.message}` }) : ok(undefined));
      });
    });
  }

  async close(): Promise<void> {
    this.#state = 'ended';
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null || socket.closed) return;
    await new Promise<void>((settle) => {
      socket.once('close', () => settle());
      socket.destroy();
    });
  }

  /** @returns null when connected, else why not. */
  #connected(socket: Socket): Promise<ReceiverError | null> {
    return new Promise((settle) => {
      const cancel = this.#clock.schedule(tcpLineDelays.connectTimeoutMs, () => {
        done({ code: 'no-answer', text: `${this.path}: no answer to the connection` });
      });
      const done = (failure: ReceiverError | null) => {
        cancel();
        socket.off('error', failed);
        socket.off('connect', succeeded);
        socket.off('close', closed);
        if (failure !== null) socket.on('error', () => {}); // what still comes is of no interest
        settle(failure);
      };
      const failed = (error: NodeJS.ErrnoException) => {
        done({ code: codeOf(error), text: `${this.path}: ${error.message}` });
      };
      const succeeded = () => done(null);
      const closed = () => done({ code: 'not-open', text: `${this.path} was closed while opening` });
      socket.once('error', failed);
      socket.once('connect', succeeded);
      socket.once('close', closed);
    });
  }
}

function codeOf(error: NodeJS.ErrnoException): ReceiverErrorCode {
  switch (error.code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
    case 'ENOTFOUND':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'port-not-found';
    case 'EACCES':
      return 'permission-denied';
    default:
      return 'port-failed';
  }
}
