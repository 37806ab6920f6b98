import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepPort, keptPort } from './kept-port.ts';

let folder: string;
let listening: Server | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kept-port-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await new Promise((resolve) => (listening === null ? resolve(undefined) : listening.close(resolve)));
  listening = null;
});

/** A port on which somebody listens until `close`. */
function listen(): Promise<number> {
  return new Promise((resolve) => {
    listening = createServer().listen(0, '127.0.0.1', () => {
      const address = listening?.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
const close = () => new Promise((resolve) => listening?.close(resolve));

describe('a payment server that is started again', () => {
  it('is where the station enrolled with it', async () => {
    const port = await listen();
    await close();
    listening = null;
    keepPort(join(folder, 'server'), `http://127.0.0.1:${port}`);
    expect(await keptPort(join(folder, 'server'))).toEqual({ port, takenPort: null });
  });

  it('says so when somebody else listens there meanwhile', async () => {
    const port = await listen();
    keepPort(folder, `http://127.0.0.1:${port}`);
    expect(await keptPort(folder)).toEqual({ port: 0, takenPort: port });
  });

  it('takes any port the first time, and where what was kept makes no sense', async () => {
    expect(await keptPort(folder)).toEqual({ port: 0, takenPort: null });
    writeFileSync(join(folder, 'port'), 'a port');
    expect(await keptPort(folder)).toEqual({ port: 0, takenPort: null });
  });
});
