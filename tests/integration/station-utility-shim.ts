/**
 * Stands in for the kiosk's shell: gives `station/utility-process.ts` a parent port as Electron does,
 * connects one kiosk, prints what it learned as JSON lines, and tells the station to stop.
 */
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import type { StationContract } from '../../shared/station-contract/index.ts';

const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** Electron's MessagePortMain: an emitter whose `message` carries an event with `data`. */
class PortMain extends EventEmitter {
  readonly #port: MessagePort;
  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.on('message', (data: unknown) => this.emit('message', { data, ports: [] }));
    port.on('close', () => this.emit('close'));
  }
  postMessage(message: unknown): void {
    this.#port.postMessage(message);
  }
  start(): void {
    this.#port.start();
  }
  close(): void {
    this.#port.close();
  }
}

const parentPort = Object.assign(new EventEmitter(), {
  postMessage: (message: { type: string }) => {
    say(message);
    if (message.type === 'ready') void visit();
  },
});
Object.assign(process, { parentPort });

const { port1, port2 } = new MessageChannel();
async function visit(): Promise<void> {
  port2.start();
  const kiosk: ContractRouterClient<StationContract> = createORPCClient(new RPCLink({ port: port2 }));
  const { people } = await kiosk.session.options({});
  say({ people: people.map((person) => person.displayName).sort() });
  parentPort.emit('message', { data: { type: 'stop' }, ports: [] });
}

const started = import('../../station/utility-process.ts');
// The window asks before the station is ready: its port waits inside.
setImmediate(() => parentPort.emit('message', { data: { type: 'connect' }, ports: [new PortMain(port1)] }));
await started;
