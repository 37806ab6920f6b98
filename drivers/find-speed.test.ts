/** Ports whose device speaks at another speed than the one that was set. */
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../shared/domain/index.ts';
import { findSpeed, usualBaudRates } from './find-speed.ts';
import type { SerialLine } from './serial/index.ts';
import { iBeaconAdvertisement } from './testing/fixtures.ts';
import { OneSpeedPort } from './testing/one-speed-port.ts';
import { VirtualController } from './testing/virtual-controller.ts';

/** Says the text over and over for as long as the port is open. */
const says = (text: string) => (line: SerialLine) => {
  void line.open({ bytes: () => {}, lost: () => {} });
  const bytes = new TextEncoder().encode(text);
  // At once, and again when the host has opened: an ESP32 that was reset prints its boot log.
  setImmediate(() => void line.write(bytes));
};
const controller = (line: SerialLine) => void new VirtualController().attach(line);

async function find(port: OneSpeedPort, baudRates: readonly number[] = usualBaudRates) {
  const clock = new ManualClock();
  let done = false;
  const tried: string[] = [];
  const found = findSpeed({
    createLine: (baudRate) => port.line(baudRate),
    clock,
    baudRates,
    onTry: (baudRate, nth, of) => tried.push(`${nth}/${of} ${baudRate}`),
  }).finally(() => {
    done = true;
  });
  while (!done) {
    // What was written arrives before the time goes on.
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(250);
  }
  return { found: await found, tried };
}

describe('the search for the speed of a port', () => {
  it.each(usualBaudRates)('finds a Bluetooth controller that speaks at %i only', async (baudRate) => {
    const port = new OneSpeedPort(baudRate, controller);
    const { found } = await find(port);
    expect(found).toEqual({ driver: 'hci-uart', baudRate, certain: true });
    expect(port.opened.at(-1)).toBe(baudRate);
    expect(port.openNow).toBe(0);
  });

  it('finds a controller that was left scanning, by its reports', async () => {
    const port = new OneSpeedPort(460_800, (line) => {
      const twin = new VirtualController({ unanswered: [0x0c03] });
      void twin.attach(line);
      setImmediate(() => {
        for (let i = 0; i < 3; i++) {
          void line.write(
            Uint8Array.of(
              ...[0x04, 0x3e, 0x2a, 2, 1, 3, 1, 6, 5, 4, 3, 2, 0xc1, 0x1e],
              ...iBeaconAdvertisement,
              0xb5,
            ),
          );
        }
      });
    });
    expect((await find(port)).found).toEqual({ driver: 'hci-uart', baudRate: 460_800, certain: true });
  });

  it('finds a gateway by what only gateways print', async () => {
    const message = '{"id":"C1:02:03:04:05:06","mac_type":1,"rssi":-75,"manufacturerdata":"4c000215"}\r\n';
    const port = new OneSpeedPort(921_600, says(`N: Send on /BTtoMQTT msg ${message}`));
    const { found, tried } = await find(port);
    expect(found).toEqual({ driver: 'gateway', baudRate: 921_600, certain: true });
    expect(tried).toEqual(['1/6 115200', '2/6 1000000', '3/6 921600']);
  });

  it('takes plain text for a gateway only when nothing better answers, and says that it is not certain', async () => {
    const port = new OneSpeedPort(230_400, says('N: OpenMQTTGateway\r\nN: Setup done, nobody is heard\r\n'));
    expect((await find(port)).found).toEqual({ driver: 'gateway', baudRate: 230_400, certain: false });
  });

  it('finds nothing where nothing speaks, and leaves the port free', async () => {
    const port = new OneSpeedPort(115_200, () => {});
    const { found, tried } = await find(port);
    expect(found).toBeNull();
    expect(tried).toHaveLength(usualBaudRates.length);
    expect(port.openNow).toBe(0);
  });

  it('takes another device, which answers something, for neither', async () => {
    const port = new OneSpeedPort(115_200, (line) => {
      void line.open({
        bytes: () => void line.write(Uint8Array.from({ length: 200 }, (_, i) => i)),
        lost: () => {},
      });
    });
    expect((await find(port)).found).toBeNull();
  });

  it('gives up at once when the port is gone, but not for a speed that the port does not have', async () => {
    const gone = new OneSpeedPort(115_200, () => {});
    const refuse = (code: 'port-not-found' | 'port-failed', rates: number[]) => (baudRate: number) => {
      rates.push(baudRate);
      const line = gone.line(baudRate);
      return { ...line, open: async () => ({ ok: false as const, error: { code, text: 'no' } }) };
    };
    const clock = new ManualClock();
    const once: number[] = [];
    expect(await findSpeed({ createLine: refuse('port-not-found', once), clock })).toMatchObject({
      code: 'port-not-found',
    });
    expect(once).toHaveLength(1);
    const all: number[] = [];
    expect(await findSpeed({ createLine: refuse('port-failed', all), clock })).toBeNull();
    expect(all).toEqual([...usualBaudRates]);
  });

  it('stops when nobody waits for it any more', async () => {
    const port = new OneSpeedPort(57_600, controller);
    const stop = new AbortController();
    stop.abort();
    const createLine = (baudRate: number) => port.line(baudRate);
    expect(await findSpeed({ createLine, clock: new ManualClock(), signal: stop.signal })).toBeNull();
    expect(port.opened).toEqual([]);
  });
});
