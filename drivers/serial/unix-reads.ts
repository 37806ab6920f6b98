/**
 * Reads a serial port of Linux or macOS without `serialport`'s stream:
 *
 *   device ─▶ kernel ── readable ─▶ read ── chunk ─▶ handler, in the same turn
 *
 * A busy receiver wakes the station a hundred times a second, and what stands between a wake-up and the bytes
 * cost more than all its reports: a promise for the wait and one for the read, the stream's event and its next
 * read. Without them the whole costs a quarter to a third less (`npm run bench -- receiver`).
 *
 * It also notices that a device went away. A read from a terminal that was hung up gives 0 bytes, at once and
 * for ever (tty_io.c, `hung_up_tty_read`). `@serialport/bindings-cpp` 13 takes 0 bytes for "nothing yet" and
 * reads again without end: the loss is never told and a core is kept busy. Its ports are opened with VMIN = 1,
 * so an idle line says EAGAIN and 0 can only mean the end.
 */
import { readSync } from 'node:fs';

export interface UnixPort {
  fd: number | null;
  isOpen: boolean;
  poller: {
    on(event: 'readable', listener: (error: Error | null) => void): unknown;
    /** Waits for one event of the kind; it must be asked for anew after each. */
    poll(events: number): void;
  };
}

export interface PortHandlers {
  /** The chunk is never written into again. */
  bytes(chunk: Uint8Array): void;
  /** Called once; nothing is read afterwards. */
  lost(cause: unknown): void;
}

/** `UV_READABLE` of libuv. */
const readable = 1;
const poolBytes = 64 * 1024;
/** A terminal gives at most 4,095 bytes at once (n_tty.c): with less room a read might leave some behind. */
const leastRoomBytes = 4096;

const hungUp = 'the device hung up';

/** Until the port is closed or lost. */
export function readUnixPort(port: UnixPort, handlers: PortHandlers): void {
  let pool = new Uint8Array(poolBytes);
  let used = 0;
  let isLost = false;

  const lose = (cause: unknown) => {
    isLost = true;
    handlers.lost(cause);
  };

  const read = (error: Error | null): void => {
    // Closing a port tells whoever waits for it as well.
    if (isLost || !port.isOpen || port.fd === null) return;
    // libuv says "bad file descriptor" for whatever is wrong with the device behind it.
    if (error !== null) {
      lose(new Error(hungUp, { cause: error }));
      return;
    }
    if (pool.length - used < leastRoomBytes) {
      pool = new Uint8Array(poolBytes);
      used = 0;
    }
    let bytesRead: number;
    try {
      bytesRead = readSync(port.fd, pool, used, pool.length - used, null);
    } catch (cause) {
      if (isTryAgain(cause)) port.poller.poll(readable);
      else lose(cause);
      return;
    }
    if (bytesRead === 0) {
      lose(new Error(hungUp));
      return;
    }
    const chunk = pool.subarray(used, used + bytesRead);
    used += bytesRead;
    // Before the bytes are handed on: whoever gets them may close the port.
    port.poller.poll(readable);
    handlers.bytes(chunk);
  };

  port.poller.on('readable', (error) => {
    try {
      read(error);
    } catch (bug) {
      // Thrown through the poller's native code it would abort the process without a word to anybody.
      queueMicrotask(() => {
        throw bug;
      });
    }
  });
  port.poller.poll(readable);
}

/** @param port what `SerialPort.port` is after opening; Windows ports have no poller. */
export function isUnixPort(port: unknown): port is UnixPort {
  return (
    typeof port === 'object' &&
    port !== null &&
    'fd' in port &&
    typeof port.fd === 'number' &&
    'poller' in port
  );
}

function isTryAgain(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  return code === 'EAGAIN' || code === 'EWOULDBLOCK' || code === 'EINTR';
}
