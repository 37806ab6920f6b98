/**
 * A load balancer as thin as can be: every new connection goes to one of the servers that listen just now.
 * What is cut when a server dies is cut for the caller too: nobody repeats anything on its behalf.
 */
import { connect, createServer, type Socket } from 'node:net';

export interface Balancer {
  url: string;
  /** The servers' ports from now on. */
  use(ports: readonly number[]): void;
  /** Cuts every connection that is open, both sides. */
  cutAll(): void;
  close(): Promise<void>;
}

export async function openBalancer(random: () => number): Promise<Balancer> {
  let ports: readonly number[] = [];
  const open = new Set<Socket>();
  const server = createServer((caller) => {
    const port = ports[Math.floor(random() * ports.length)];
    if (port === undefined) {
      caller.destroy();
      return;
    }
    const callee = connect({ host: '127.0.0.1', port });
    for (const [one, other] of [
      [caller, callee],
      [callee, caller],
    ] as const) {
      open.add(one);
      one.setNoDelay(true);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    use(next) {
      ports = next;
    },
    cutAll() {
      for (const socket of open) socket.destroy();
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
