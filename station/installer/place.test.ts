import { describe, expect, it } from 'vitest';
import { placeOf, receiversAt } from './place.ts';

const adapters = async () => [
  { adapter: 'hci0', name: 'own', powered: true, specification: 'bluez:hci0' },
  { adapter: 'hci1', name: 'dongle', powered: true, specification: 'bluez:hci1' },
];

describe('the place of a receiver', () => {
  it('is one whichever driver opens it, and at whatever speed', async () => {
    const places = await Promise.all(
      ['hci-uart:/dev/x', 'gateway:/dev/x?baud=9600', 'hci-uart:/dev/x?rtscts'].map((spec) => placeOf(spec)),
    );
    expect(new Set(places).size).toBe(1);
  });

  it('is one port of Windows in each of its spellings', async () => {
    const spellings = ['hci-uart:COM3', 'gateway:com3?baud=9600', 'hci-uart:\\\\.\\COM3'];
    expect(new Set(await Promise.all(spellings.map((spec) => placeOf(spec))))).toEqual(new Set(['COM3']));
    expect(await placeOf('hci-uart:COM31')).not.toBe('COM3');
  });

  it('is the first adapter where none is named', async () => {
    const running = [
      { receiverId: 'first', spec: 'bluez' },
      { receiverId: 'second', spec: 'bluez:hci1' },
    ];
    expect(await receiversAt('bluez:hci0', running, adapters)).toEqual(['first']);
    expect(await receiversAt('bluez:hci1', running, adapters)).toEqual(['second']);
    expect(await receiversAt('native', running, adapters)).toEqual([]);
  });

  it('on the network is its address', async () => {
    expect(await placeOf('hci-uart:tcp:10.0.0.7:5001')).toBe(await placeOf('gateway:tcp:10.0.0.7:5001'));
    expect(await placeOf('hci-uart:tcp:10.0.0.7:5001')).not.toBe(await placeOf('hci-uart:tcp:10.0.0.7:5002'));
  });
});
