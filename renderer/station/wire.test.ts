// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { openWireFor } from './wire.ts';

const shell = globalThis as { kiosk?: { connect(): void } };
const signal = new AbortController().signal;
const opened: { close(): void }[] = [];

afterEach(() => {
  for (const wire of opened.splice(0)) wire.close();
  delete shell.kiosk;
});

function handOver(source: unknown = window, type = 'station-port'): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const event = new MessageEvent('message', { data: { type } });
  Object.defineProperties(event, { source: { value: source }, ports: { value: [port2] } });
  window.dispatchEvent(event);
  return port1;
}

/** Has this settled by now? */
const settled = (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => true), new Promise((resolve) => setTimeout(() => resolve(false), 20))]);

describe('the wire inside the shell', () => {
  it('is the port that the preload hands over when asked', async () => {
    let asked = 0;
    shell.kiosk = {
      connect() {
        asked += 1;
        handOver();
      },
    };
    opened.push(await openWireFor(() => ({}))(signal));
    expect(asked).toBe(1);
  });

  it('is never a port from another window, nor one that is not the station’s', async () => {
    shell.kiosk = { connect() {} };
    const wire = openWireFor(() => ({}))(signal);
    handOver({});
    handOver(window, 'something-else');
    expect(await settled(wire)).toBe(false);
    handOver();
    opened.push(await wire);
  });

  it('ends when a restarted station’s port comes unasked, and the next wire is that port', async () => {
    let asked = 0;
    shell.kiosk = {
      connect() {
        asked += 1;
        handOver();
      },
    };
    const open = openWireFor(() => ({}));
    const first = await open(signal);
    expect(await settled(first.closed)).toBe(false);
    handOver();
    expect(await settled(first.closed)).toBe(true);
    opened.push(await open(signal));
    expect(asked).toBe(1);
  });

  it('ends when the station’s end of it is closed', async () => {
    let far: MessagePort | null = null;
    shell.kiosk = {
      connect() {
        far = handOver();
      },
    };
    const wire = await openWireFor(() => ({}))(signal);
    (far as MessagePort | null)?.close();
    await wire.closed;
  });
});
