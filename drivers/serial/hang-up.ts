/**
 * Makes `serialport` notice on Linux and macOS that a device went away.
 *
 * A read from a terminal that was hung up gives 0 bytes, at once and for ever (tty_io.c,
 * `hung_up_tty_read`). `@serialport/bindings-cpp` 13 takes 0 bytes for "nothing yet" and reads again
 * without end: the loss is never told and a core is kept busy. Its ports are opened with VMIN = 1, so
 * an idle line says EAGAIN and 0 can only mean the end. This puts a read of our own in place of its own.
 *
 * Ours also waits until there is something to read, and then reads at once: the port is non-blocking.
 * Its own tries first, in another thread, and is refused with an exception nearly every time.
 */
import { readSync } from 'node:fs';

interface UnixPort {
  fd: number | null;
  isOpen: boolean;
  poller: { once(event: 'readable', callback: (error: Error | null) => void): unknown };
  read(buffer: Buffer, offset: number, length: number): Promise<{ bytesRead: number; buffer: Buffer }>;
}

/** @param port what `SerialPort.port` is after opening. Windows ports are left as they are: they have no such reads. */
export function endReadsOnHangUp(port: unknown): void {
  if (!isUnixPort(port)) return;
  port.read = async (buffer, offset, length) => {
    for (;;) {
      if (!port.isOpen || port.fd === null) throw canceled();
      await readable(port);
      if (!port.isOpen || port.fd === null) throw canceled();
      try {
        const bytesRead = readSync(port.fd, buffer, offset, length, null);
        if (bytesRead > 0) return { bytesRead, buffer };
      } catch (cause) {
        if (!isTryAgain(cause)) throw cause;
        continue;
      }
      throw new Error('the device hung up');
    }
  };
}

function readable(port: UnixPort): Promise<void> {
  return new Promise((settle, reject) => {
    port.poller.once('readable', (error) => (error ? reject(error) : settle()));
  });
}

/** The stream takes an error with `canceled` for the end of a read that nobody waits for. */
function canceled(): Error {
  return Object.assign(new Error('Port is not open'), { canceled: true });
}

function isTryAgain(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  return code === 'EAGAIN' || code === 'EWOULDBLOCK' || code === 'EINTR';
}

function isUnixPort(port: unknown): port is UnixPort {
  return (
    typeof port === 'object' &&
    port !== null &&
    'fd' in port &&
    typeof port.fd === 'number' &&
    'poller' in port &&
    'read' in port
  );
}
