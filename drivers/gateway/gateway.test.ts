import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../shared/domain/index.ts';
import { decodeBeaconFrame } from '../frames/index.ts';
import type { AdvertisingReport } from '../receiver.ts';
import { createMemoryLinePair, createPortLine } from '../serial/index.ts';
import { bytes, iBeaconAdvertisement, iBeaconCode } from '../testing/fixtures.ts';
import { describeReceiverContract } from '../testing/receiver-contract.ts';
import { advertsOfMessage, GatewayReceiver, gatewayLimits, JsonFinder, maxObjectBytes } from './index.ts';

const data = '../shared/data/gateway';
const encode = (text: string) => new TextEncoder().encode(text);

function find(...chunks: (string | Uint8Array)[]) {
  const objects: Record<string, unknown>[] = [];
  let discarded = 0;
  let text = 0;
  const finder = new JsonFinder({
    object: (value) => objects.push(value),
    discarded: (count) => {
      discarded += count;
    },
    text: (count) => {
      text += count;
    },
  });
  for (const chunk of chunks) finder.push(typeof chunk === 'string' ? encode(chunk) : chunk);
  return { finder, objects, discarded: () => discarded, text: () => text };
}

async function plug() {
  const { host, device } = createMemoryLinePair();
  await device.open({ bytes: () => {}, lost: () => {} });
  const clock = new ManualClock();
  const receiver = new GatewayReceiver({ id: 'gate', line: host, clock });
  const reports: AdvertisingReport[] = [];
  receiver.subscribe((event) => {
    if (event.type === 'report') reports.push(event.report);
  });
  const say = (text: string | Uint8Array) =>
    void device.write(typeof text === 'string' ? encode(text) : text);
  return { device, clock, receiver, reports, say };
}

const address = 'c1:02:03:04:05:06';
const manufacturer = Buffer.from(iBeaconAdvertisement.subarray(5)).toString('hex');
const message = `{"id":"${address.toUpperCase()}","mac_type":1,"rssi":-75,"manufacturerdata":"${manufacturer}"}`;

describeReceiverContract(
  'gateway',
  async () => {
    const { device, receiver, say } = await plug();
    return {
      receiver,
      hear: () => {
        say(`N: Send on /BTtoMQTT/C10203040506 msg ${message}\r\n`);
        return { address, addressType: 'random', data: iBeaconAdvertisement.subarray(3), rssiDbm: -75 };
      },
      unplug: () => device.close(),
    };
  },
  {
    createMissing: () =>
      new GatewayReceiver({ id: 'missing', line: createPortLine({ path: '/dev/there-is-no-such-port' }) }),
  },
);

describe('JSON in a serial log', () => {
  it('is found behind log text, in front of it and run together', () => {
    const { objects } = find(
      '19:44 -> N: [ MQTT->OMG ]: {"a":1}N: BLE Connect end\r\n{"b":2}{"c":{"d":"}"}}x',
    );
    expect(objects).toEqual([{ a: 1 }, { b: 2 }, { c: { d: '}' } }]);
  });

  it('is found in chunks of any size, over line ends too', () => {
    const text = 'log {"a":"\\"{","b":\r\n {"c":[1,2]}}\n{"d":4}';
    for (let size = 1; size <= text.length; size++) {
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
        text.slice(i * size, (i + 1) * size),
      );
      expect(find(...chunks).objects).toEqual([{ a: '"{', b: { c: [1, 2] } }, { d: 4 }]);
    }
  });

  it('is found behind a brace that opens nothing', () => {
    expect(find('state { idle, "x\n{"a":1}').objects).toEqual([{ a: 1 }]);
    expect(find('a { b {"a":1}').objects).toEqual([{ a: 1 }]);
    const { finder, objects } = find('{"whole": {"a":1}');
    expect(objects).toEqual([]);
    finder.settle();
    expect(objects).toEqual([{ a: 1 }]);
  });

  it('is found behind a message that was cut off anywhere, at the latest with the message after it', () => {
    const cut =
      '{"id":"C1:02:03:04:05:06","l":[{"x":-7.5},null,"\\"{"],"rssi":-75,"ok":true,"more":{"b":{}}}';
    for (let length = 1; length < cut.length; length++) {
      for (const between of ['', ' ', '\r\n']) {
        const { finder, objects } = find(cut.slice(0, length) + between, '{"n":1}\r\n', '{"n":2}\r\n');
        expect(objects, cut.slice(0, length)).toEqual(expect.arrayContaining([{ n: 1 }, { n: 2 }]));
        expect(finder.heldBytes).toBe(0);
      }
    }
  });

  it('is found whatever is in it, as long as JSON.parse would take it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 10 })), fc.nat(4), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(find(`x ${text} y`).objects).toEqual([JSON.parse(text)]);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the last of two keys of one name, as firmwares that repeat a value mean it', () => {
    expect(find('{"rssi":"-83","rssi":"-84"}').objects).toEqual([{ rssi: '-84' }]);
  });

  it('keeps text outside ASCII whole', () => {
    expect(find('{"name":"거실 🚗"}').objects).toEqual([{ name: '거실 🚗' }]);
  });

  it('of any bytes never throws, holds little and misses no object that follows', () => {
    const soup = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.stringMatching(/^[{}"\\[\]:,a\n 1]{0,100}$/).map(encode),
    );
    fc.assert(
      fc.property(fc.array(soup, { maxLength: 20 }), (chunks) => {
        const { finder, objects } = find(...chunks);
        finder.settle();
        finder.push(encode('{"last":true}'));
        expect(objects).toContainEqual({ last: true });
        expect(finder.heldBytes).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('longer than any message is given up in time proportional to its length', () => {
    const { finder, objects } = find();
    const startedAt = performance.now();
    for (let i = 0; i < 400; i++) {
      finder.push(encode('{"a":"'.padEnd(500, '{')));
      expect(finder.heldBytes).toBeLessThanOrEqual(maxObjectBytes + 500);
    }
    finder.settle();
    finder.push(encode('\n{"last":true}'));
    expect(objects).toContainEqual({ last: true });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('a gateway message', () => {
  const one = (text: string) => advertsOfMessage(JSON.parse(text));
  const frames = (text: string) => one(text).map((advert) => decodeBeaconFrame(advert.data)?.code ?? null);

  it('with raw manufacturer data gives the advertisement as it was', () => {
    expect(one(message)).toEqual([
      { address, addressType: 'random', rssiDbm: -75, data: iBeaconAdvertisement.subarray(3) },
    ]);
    expect(frames(message)).toEqual([iBeaconCode]);
  });

  it('with an iBeacon that the gateway decoded gives the same code', () => {
    const uuid = '00112233-4455-6677-8899-AABBCCDDEEFF';
    expect(frames(`{"mac":"c10203040506","uuid":"${uuid}","major":7,"minor":258,"rssi":-1}`)).toEqual([
      iBeaconCode,
    ]);
    expect(frames(`{"mac":"c10203040506","id":"iBeacon:${uuid}-7-258","rssi":-72.35}`)).toEqual([
      iBeaconCode,
    ]);
    expect(
      frames(`{"mac":"c10203040506","uuid":"${uuid}","major":"0007","minor":"0102","tx_power":"c5"}`),
    ).toEqual([iBeaconCode]);
  });

  it('with service data of Eddystone gives its code', () => {
    const eid =
      '{"id":"C1:02:03:04:05:06","rssi":-60,"servicedata":"30e30123456789abcdef","servicedatauuid":"0xfeaa"}';
    expect(frames(eid)).toEqual(['0123456789abcdef']);
  });

  it('understands an RSSI written as text, and knows when it knows none', () => {
    const rssi = (value: string) => one(`{"id":"C1:02:03:04:05:06","rssi":${value}}`)[0]?.rssiDbm;
    expect(rssi('"-83"')).toBe(-83);
    expect(rssi('-72.5')).toBe(-72.5);
    expect(rssi('"loud"')).toBeNull();
    expect(rssi('127')).toBeNull();
    expect(rssi('null')).toBeNull();
  });

  it.each([
    '{"hum":"52.6","tempc":"19.2"}',
    '{"id":"F3:52:85","rssi":-82}',
    '{"msg":"alive","gmac":"68B9D3DFE78C"}',
    '{"id":"FA:83:ED:1F:81:8D","service":"cba20d00","success":true}',
    '{"obj":[1,null,"x",[]]}',
  ])('that tells of no advertisement gives none: %s', (text) => {
    expect(one(text)).toEqual([]);
  });

  it('of any JSON at all gives adverts with valid fields or none', () => {
    const key = fc.constantFrom(
      'id',
      'mac',
      'rssi',
      'uuid',
      'major',
      'minor',
      'obj',
      'manufacturerdata',
      'servicedata',
    );
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), (fields) => {
        for (const advert of advertsOfMessage(fields)) {
          expect(advert.address ?? address).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
          expect(advert.rssiDbm === null || (advert.rssiDbm >= -127 && advert.rssiDbm <= 20)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a gateway on its port', () => {
  it('that sends no text is at another speed, or no gateway', async () => {
    const { receiver, say } = await plug();
    await receiver.open();
    say(new Uint8Array(gatewayLimits.judgeBaudRateAfterBytes).map((_, i) => (i * 37) & 0xff & ~0x60));
    expect(receiver.health()).toMatchObject({ state: 'failed', reason: { code: 'not-a-gateway' } });
  });

  it('that only logs is waited for', async () => {
    const { receiver, reports, say } = await plug();
    await receiver.open();
    for (let i = 0; i < 100; i++) say('N: nothing heard, still scanning\r\n');
    expect(receiver.health().state).toBe('healthy');
    say(message);
    expect(reports).toHaveLength(1);
  });

  it('that stops inside an object costs no later one', async () => {
    const { clock, receiver, reports, say } = await plug();
    await receiver.open();
    say(message.slice(0, 30));
    clock.advance(gatewayLimits.quietMs);
    say(message);
    expect(reports).toHaveLength(1);
    expect(receiver.counters().discardedBytes).toBeGreaterThan(0);
  });

  it('that never says whose radio it was still gives the code', async () => {
    const { receiver, reports, say } = await plug();
    await receiver.open();
    say(
      '{"id":"00112233-4455-6677-8899-AABBCCDDEEFF-7-258","type":"APPLE_IBEACON","rssi":"-83","rssi":"-83"}',
    );
    expect(reports[0]).toMatchObject({ address: '00:00:00:00:00:00', addressType: 'unknown', rssiDbm: -83 });
    expect(decodeBeaconFrame(reports[0]?.data ?? bytes(''))?.code).toBe(iBeaconCode);
  });
});

describe.skipIf(!existsSync(data))(
  'messages of real gateways (skipped where ../shared/data is absent)',
  () => {
    const samples = existsSync(data)
      ? readFileSync(`${data}/mqtt_gateway_samples.jsonl`, 'utf8')
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { payload: string }).payload)
      : [];

    it('are understood when they run together in one log', () => {
      const { objects, discarded } = find(samples.join('N: log text\r\n'));
      const adverts = objects.flatMap(advertsOfMessage);
      expect(discarded()).toBe(0);
      for (const advert of adverts) expect(advert.rssiDbm).not.toBeNull();
      const codes = new Set(adverts.map((advert) => decodeBeaconFrame(advert.data)?.code));
      for (const code of [
        '1de4b189115e45f6b44e50935226997700000000', // OpenMQTTGateway, decoded
        '1d4b2e16481e45798b35ffc32e4a175800640001', // ESPresense, in the name
        'e2c56db5dffb48d2b060d0f5a710 96e000680068'.replace(' ', ''), // happy-bubbles, hexadecimal numbers
        'fda50693a4e24fb1afcfc6eb07647825000a0007', // monitor, no address
        '7777772e6b6b6d636e2e636f6d00000100027549', // KKM, iBeacon in a list
        '6b6b6d636e2e636f6d01000000000001', // KKM, Eddystone-UID in a list
        '64e2feff5af34d2c97c4643b70cd82eb00040001', // Minew
      ]) {
        expect(codes).toContain(code);
      }
    });

    it('with commands and answers in the log are no adverts', () => {
      const { objects } = find(readFileSync(`${data}/openmqttgateway_serial_log.txt`));
      expect(objects).toHaveLength(2);
      expect(objects.flatMap(advertsOfMessage)).toEqual([]);
    });
  },
);
