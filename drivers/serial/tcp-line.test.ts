import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ReceiverError } from '../receiver.ts';
import { createTcpLine, parseSocketTarget } from './tcp-line.ts';

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A serial port server: what it gets it sends back. */
async function echo(): Promise<{ port: number; hangUp: () => void }> {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.pipe(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return { port: address.port, hangUp: () => sockets.splice(0).forEach((socket) => void socket.destroy()) };
}

describe('a serial line over the network', () => {
  it('reads targets with names, IPv4, IPv6 and unix paths, and nothing else', () => {
    expect(parseSocketTarget('tcp:127.0.0.1:5001')).toEqual({ host: '127.0.0.1', port: 5001 });
    expect(parseSocketTarget('tcp:gate.local:5001')).toEqual({ host: 'gate.local', port: 5001 });
    expect(parseSocketTarget('tcp:[::1]:5001')).toEqual({ host: '::1', port: 5001 });
    expect(parseSocketTarget('unix:/run/r.sock')).toEqual({ path: '/run/r.sock' });
    for (const bad of [
      'tcp:',
      'tcp:host',
      'tcp:host:0',
      'tcp:host:65536',
      'tcp::5001',
      'unix:',
      '/dev/ttyS0',
    ]) {
      expect(parseSocketTarget(bad), bad).toBeNull();
    }
  });

  it('carries bytes both ways', async () => {
    const { port } = await echo();
    const line = createTcpLine(`tcp:127.0.0.1:${port}`);
    const back = new Promise<Uint8Array>((resolve, reject) => {
      void line.open({ bytes: resolve, lost: (reason) => reject(new Error(reason.text)) }).then((opened) => {
        if (!opened.ok) reject(new Error(opened.error.text));
        else void line.write(Uint8Array.of(0x01, 0x03, 0x0c, 0x00));
      });
    });
    expect([...(await back)]).toEqual([0x01, 0x03, 0x0c, 0x00]);
    await line.close();
    await line.close();
  });

  it('says that the port is not there when nobody listens', async () => {
    const { port } = await echo();
    const server = servers.pop();
    await new Promise((resolve) => server?.close(resolve));
    const opened = await createTcpLine(`tcp:127.0.0.1:${port}`).open({ bytes() {}, lost() {} });
    expect(opened).toMatchObject({ ok: false, error: { code: 'port-not-found' } });
  });

  it('is lost once when the far end hangs up, refuses writes then, and lives once', async () => {
    const { port, hangUp } = await echo();
    const line = createTcpLine(`tcp:127.0.0.1:${port}`);
    const lost: ReceiverError[] = [];
    const gone = new Promise<void>((resolve) => {
      void line
        .open({
          bytes() {},
          lost(reason) {
            lost.push(reason);
            resolve();
          },
        })
        .then(() => line.write(Uint8Array.of(1)));
    });
    while (sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
    hangUp();
    await gone;
    expect(lost).toMatchObject([{ code: 'port-lost' }]);
    expect(await line.write(Uint8Array.of(1))).toMatchObject({ ok: false, error: { code: 'not-open' } });
    expect(await line.open({ bytes() {}, lost() {} })).toMatchObject({
      ok: false,
      error: { code: 'already-opened' },
    });
    await line.close();
    expect(lost).toHaveLength(1);
  });

  it('does not call "lost" for its own close', async () => {
    const { port } = await echo();
    const line = createTcpLine(`tcp:127.0.0.1:${port}`);
    let lost = 0;
    await line.open({ bytes() {}, lost: () => lost++ });
    await line.close();
    expect(lost).toBe(0);
  });
});
