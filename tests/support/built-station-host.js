// A stand-in for Electron's utility process: gives the built station a parentPort, knocks with one
// MessagePort, calls the station as a window does, and prints what it answered. Run by
// tests/integration/built-station.test.ts under plain Node.
import { EventEmitter } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';

const [, , stationFile] = process.argv;
const parentPort = new EventEmitter();
parentPort.postMessage = (message) => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
  if (message.type === 'ready') void askAsWindow();
};
process.parentPort = parentPort;

/** Electron's ports hand over an event whose `data` is the message; Node's hand over the message. */
function asElectronPort(port) {
  const events = new EventEmitter();
  port.on('message', (data) => events.emit('message', { data, ports: [] }));
  port.on('close', () => events.emit('close'));
  events.postMessage = (message) => port.postMessage(message);
  events.start = () => port.start();
  events.close = () => port.close();
  return events;
}

const { port1, port2 } = new MessageChannel();
// Before the station is open, as a quick window does: it must wait inside.
setImmediate(() => parentPort.emit('message', { data: { type: 'connect' }, ports: [asElectronPort(port1)] }));

async function askAsWindow() {
  const client = createORPCClient(new RPCLink({ port: port2 }));
  port2.start();
  const options = await client.session.options({});
  process.stdout.write(`${JSON.stringify({ type: 'options', options })}\n`);
  if (process.env.BUILT_STATION_TRAINS === 'yes') await train(options.people);
  port2.close();
  parentPort.emit('message', { data: { type: 'stop' }, ports: [] });
}

/** Signs the demo's cashier in and begins an exercise; prints what the coach says first. */
async function train(people) {
  const cashier = people.find((person) => person.role === 'cashier');
  let token = '';
  const headers = () => ({ authorization: `Bearer ${token}` });
  const channel = new MessageChannel();
  parentPort.emit('message', { data: { type: 'connect' }, ports: [asElectronPort(channel.port1)] });
  const client = createORPCClient(new RPCLink({ port: channel.port2, headers }));
  channel.port2.start();
  ({ token } = await client.session.signIn({ staffId: cashier.staffId, pin: '1201' }));
  const { trainingId, person } = await client.training.begin({ practice: 'first-pickup', forStaffId: null });
  for await (const view of await client.training.coach({ trainingId })) {
    process.stdout.write(`${JSON.stringify({ type: 'training', person, view })}\n`);
    break;
  }
  await client.training.leave({ trainingId });
  channel.port2.close();
}

process.argv.splice(1, 2, stationFile);
await import(stationFile);
