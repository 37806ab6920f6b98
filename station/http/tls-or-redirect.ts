/**
 * One port for those who type `https://` and those who forget it.
 *
 *   first byte 0x16 (a TLS handshake record, RFC 8446 section 5.1) ─▶ TLS server
 *   anything else ─▶ "301, come back over https"; nothing is read from it and nothing is served on it
 */
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';

const handshakeRecord = 0x16;
const firstByteMs = 10_000;

/**
 * @param tls Is handed the connections that speak TLS; it listens nowhere itself.
 * @param redirect Where a plain request should go instead; null: nowhere, its host name is none of ours.
 */
export function tlsOrRedirect(
  tls: { emit(event: 'connection', socket: Socket): boolean },
  redirect: (request: IncomingMessage) => string | null,
): Server {
  const plain = createPlainServer(
    { requestTimeout: firstByteMs, headersTimeout: firstByteMs },
    (request: IncomingMessage, response: ServerResponse) => {
      const to = redirect(request);
      response.writeHead(to === null ? 400 : 301, {
        ...(to === null ? {} : { location: to }),
        'cache-control': 'no-store',
        'content-length': 0,
        connection: 'close',
      });
      response.end();
    },
  );
  plain.on('clientError', (_error, socket) => socket.destroy());
  return createServer((socket) => {
    socket.setTimeout(firstByteMs, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      socket.setTimeout(0);
      socket.pause();
      socket.unshift(first);
      if (first[0] === handshakeRecord) tls.emit('connection', socket);
      else plain.emit('connection', socket);
      // Whoever took it reads on; what was put back comes first.
      if (first[0] !== handshakeRecord) process.nextTick(() => socket.resume());
    });
  });
}
