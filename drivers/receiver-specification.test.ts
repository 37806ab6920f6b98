import { describe, expect, it } from 'vitest';
import { createReceiver, parseReceiverSpecification, receiverFactory } from './index.ts';

describe('a receiver specification', () => {
  it('names the driver, what to open, and how', () => {
    const parsed = parseReceiverSpecification('hci-uart:/dev/serial/by-id/usb-a:b?baud=1000000&rtscts');
    expect(parsed).toEqual({
      ok: true,
      value: {
        kind: 'hci-uart',
        target: '/dev/serial/by-id/usb-a:b',
        options: new Map([
          ['baud', '1000000'],
          ['rtscts', ''],
        ]),
      },
    });
  });

  it.each([
    'bluetooth:/dev/ttyACM0',
    'hci-uart',
    'hci-uart:',
    'replay:?speed=2',
    'gateway:/dev/ttyUSB0?baud=fast',
    'hci-uart:COM3?baud=-1',
    '',
  ])('that names nothing is refused: "%s"', (text) => {
    expect(parseReceiverSpecification(text)).toMatchObject({
      ok: false,
      error: { code: 'bad-specification' },
    });
  });

  it.each([
    'hci-uart:/dev/none',
    'hci-uart:tcp:127.0.0.1:1',
    'gateway:/dev/none',
    'gateway:tcp:127.0.0.1:1',
    'replay:/none',
  ])('makes a receiver of its kind, each time a new one: %s', async (text) => {
    const factory = await receiverFactory(text, { id: 'gate' });
    if (!factory.ok) throw new Error(factory.error.text);
    const [first, second] = [factory.value(), factory.value()];
    expect(first).not.toBe(second);
    expect(text.startsWith(first.kind)).toBe(true);
    expect((await first.open()).ok).toBe(false);
    expect(second.health().state).toBe('unopened');
    await first.close();
  });

  it('of a socket that is none is refused before anything is opened', async () => {
    expect(await createReceiver('gateway:tcp:nowhere', { id: 'gate' })).toMatchObject({
      ok: false,
      error: { code: 'bad-specification' },
    });
  });
});
