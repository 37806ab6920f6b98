import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBeaconFrame } from '../frames/index.ts';
import { iBeaconAdvertisement, iBeaconCode } from '../testing/fixtures.ts';
import { addressOfPath, applyProperties, newDevice } from './device-properties.ts';

const variant = (signature: string, value: unknown) => ({ signature, value });
const newState = () => newDevice('c1:02:03:04:05:06');

describe('what BlueZ tells of a device', () => {
  it('becomes the advertising data that it was taken from', () => {
    const state = newState();
    const iBeacon = Buffer.from(iBeaconAdvertisement.subarray(7));
    const heard = applyProperties(state, {
      AddressType: variant('s', 'random'),
      RSSI: variant('n', -75),
      ManufacturerData: variant('a{qv}', { 76: variant('ay', iBeacon) }),
      ServiceData: variant('a{sv}', {
        '0000feaa-0000-1000-8000-00805f9b34fb': variant('ay', Buffer.from('30e30123456789abcdef', 'hex')),
        'cba20d00-224d-11e6-9fb8-0002a5d5c51b': variant('ay', Buffer.from('00')),
      }),
    });
    expect(heard).toBe(true);
    expect(state).toMatchObject({ addressType: 'random', rssiDbm: -75 });
    expect(Buffer.from(state.data).toString('hex')).toBe(
      `${Buffer.from(iBeaconAdvertisement.subarray(3)).toString('hex')}0d16aafe30e30123456789abcdef`,
    );
    expect(decodeBeaconFrame(state.data)?.code).toBe(iBeaconCode);
  });

  it('keeps the data when only the level changes, and is no advertisement when neither does', () => {
    const state = newState();
    applyProperties(state, {
      ManufacturerData: variant('a{qv}', { 76: variant('ay', Buffer.from('0215', 'hex')) }),
    });
    const { data } = state;
    expect(applyProperties(state, { RSSI: variant('n', -60) })).toBe(true);
    expect(state.data).toBe(data);
    expect(applyProperties(state, { Connected: variant('b', true) })).toBe(false);
    expect(applyProperties(state, { RSSI: variant('n', 127) })).toBe(true);
    expect(state.rssiDbm).toBeNull();
  });

  it('keeps a code that was said before when something else of the device changes', () => {
    const state = newState();
    const uuid = '0000feaa-0000-1000-8000-00805f9b34fb';
    const eid = (hex: string) => ({ [uuid]: variant('ay', Buffer.from(`30e3${hex}`, 'hex')) });
    const codes = (changed: Record<string, unknown>, invalidated: string[] = []) => {
      applyProperties(state, changed, invalidated);
      return decodeBeaconFrame(state.data)?.code ?? null;
    };
    expect(codes({ ServiceData: variant('a{sv}', eid('0123456789abcdef')) })).toBe('0123456789abcdef');
    const battery = { 89: variant('ay', Buffer.from('64', 'hex')) };
    expect(codes({ ManufacturerData: variant('a{qv}', battery) })).toBe('0123456789abcdef');
    expect(codes({ RSSI: variant('n', -70) })).toBe('0123456789abcdef');
    // What it says now counts before what it said then.
    const iBeacon = { 76: variant('ay', Buffer.from(iBeaconAdvertisement.subarray(7))) };
    expect(codes({ ManufacturerData: variant('a{qv}', iBeacon) })).toBe(iBeaconCode);
    expect(codes({ ServiceData: variant('a{sv}', eid('fedcba9876543210')) })).toBe('fedcba9876543210');
    expect(codes({}, ['ServiceData'])).toBe(iBeaconCode);
    expect(codes({ RSSI: variant('n', -71) }, ['ManufacturerData'])).toBeNull();
  });

  it('knows no level once BlueZ has taken it back', () => {
    const state = newState();
    applyProperties(state, { RSSI: variant('n', -60) });
    expect(applyProperties(state, {}, ['RSSI'])).toBe(false);
    expect(state.rssiDbm).toBeNull();
  });

  it('stands under a path of its adapter', () => {
    expect(addressOfPath('/org/bluez/hci0/dev_C1_02_03_04_05_06', '/org/bluez/hci0')).toBe(
      'c1:02:03:04:05:06',
    );
    expect(addressOfPath('/org/bluez/hci1/dev_C1_02_03_04_05_06', '/org/bluez/hci0')).toBeNull();
    expect(addressOfPath('/org/bluez/hci0/dev_C1_02_03_04_05_06/service0001', '/org/bluez/hci0')).toBeNull();
  });

  it('may be anything at all: nothing throws', () => {
    const key = fc.constantFrom('RSSI', 'ManufacturerData', 'ServiceData', 'AddressType', 'x');
    fc.assert(
      fc.property(
        fc.dictionary(
          key,
          fc.oneof(
            fc.anything(),
            fc.anything().map((v) => variant('v', v)),
          ),
        ),
        (changed) => {
          const state = newState();
          applyProperties(state, changed);
          expect(state.rssiDbm === null || (state.rssiDbm >= -127 && state.rssiDbm <= 20)).toBe(true);
          decodeBeaconFrame(state.data);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
