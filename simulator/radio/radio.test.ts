import { describe, expect, it } from 'vitest';
import { Air } from './air.ts';
import { bodyLossDb, directivityLossDb, wallsBetween } from './attenuation.ts';
import { Fading, ricianGainDb } from './fading.ts';
import { Link } from './link.ts';
import { pathLossDb } from './path-loss.ts';
import { type RadioModel, radioModel } from './radio-model.ts';
import { Random } from './random.ts';
import { airTimeMs, packetSuccess } from './reception.ts';
import { Shadowing } from './shadowing.ts';

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const deviation = (values: readonly number[]) => {
  const m = mean(values);
  return Math.sqrt(mean(values.map((v) => (v - m) ** 2)));
};
const many = (count: number, draw: () => number) => Array.from({ length: count }, draw);

describe('chance in the simulator', () => {
  it('is the same for the same seed, and another for every named part', () => {
    const draw = (random: Random) => many(5, () => random.float());
    expect(draw(new Random(1).fork('a'))).toEqual(draw(new Random(1).fork('a')));
    expect(draw(new Random(1).fork('a'))).not.toEqual(draw(new Random(1).fork('b')));
    expect(draw(new Random(1).fork('a'))).not.toEqual(draw(new Random(2).fork('a')));
  });

  it('does not change one part when another draws more', () => {
    const quiet = new Random(3);
    const busy = new Random(3);
    many(100, () => busy.float());
    expect(busy.fork('car').float()).toBe(quiet.fork('car').float());
  });

  it('draws normals of mean 0 and deviation 1, and Poisson counts of their mean', () => {
    const random = new Random(4);
    const normals = many(20_000, () => random.normal());
    expect(mean(normals)).toBeCloseTo(0, 1);
    expect(deviation(normals)).toBeCloseTo(1, 1);
    expect(mean(many(20_000, () => random.poisson(1.5)))).toBeCloseTo(1.5, 1);
  });
});

describe('path loss', () => {
  it('is nothing at 1 m and grows by 10·n dB with every tenfold distance', () => {
    expect(pathLossDb(radioModel, 1)).toBe(0);
    expect(pathLossDb(radioModel, 10)).toBeCloseTo(22);
    expect(pathLossDb(radioModel, 100)).toBeCloseTo(44);
  });

  it('stops falling at the nearest distance that makes sense', () => {
    expect(pathLossDb(radioModel, 0)).toBe(pathLossDb(radioModel, 0.3));
  });
});

describe('shadowing', () => {
  it('has the deviation of the model and is forgotten as Gudmundson says', () => {
    const atStart: number[] = [];
    const after: number[] = [];
    const stepM = radioModel.shadowingDistanceM; // correlation there is 1/e
    for (let seed = 0; seed < 4000; seed++) {
      const shadowing = new Shadowing(radioModel, new Random(seed));
      atStart.push(shadowing.after(0));
      after.push(shadowing.after(stepM));
    }
    expect(deviation(atStart)).toBeCloseTo(radioModel.shadowingDb, 0);
    expect(deviation(after)).toBeCloseTo(radioModel.shadowingDb, 0);
    const covariance = mean(atStart.map((v, i) => v * (after[i] ?? 0)));
    expect(covariance / radioModel.shadowingDb ** 2).toBeCloseTo(Math.exp(-1), 1);
  });

  it('does not change while the car stands', () => {
    const shadowing = new Shadowing(radioModel, new Random(5));
    const before = shadowing.after(3);
    expect(many(10, () => shadowing.after(0))).toEqual(many(10, () => before));
  });
});

describe('fading', () => {
  it('keeps the mean power, whatever the share of the direct ray', () => {
    for (const ricianK of [0, 0.5, 4, 100]) {
      const random = new Random(6);
      const power = many(40_000, () => 10 ** (ricianGainDb(ricianK, random.normal(), random.normal()) / 10));
      expect(mean(power), `K = ${ricianK}`).toBeCloseTo(1, 1);
    }
  });

  it('is Rayleigh at K = 0: one packet in ten lies 10 dB or more below the mean', () => {
    const random = new Random(7);
    const gains = many(40_000, () => ricianGainDb(0, random.normal(), random.normal()));
    // P(power < 0.1) = 1 − e^(−0.1)
    expect(gains.filter((g) => g < -10).length / gains.length).toBeCloseTo(1 - Math.exp(-0.1), 2);
  });

  it('fades less with a strong direct ray than without', () => {
    const spread = (k: number) => {
      const random = new Random(8);
      return deviation(many(5000, () => ricianGainDb(k, random.normal(), random.normal())));
    };
    expect(spread(4)).toBeLessThan(spread(0.5));
    expect(spread(0.5)).toBeLessThan(spread(0));
  });

  it('differs between the three channels, holds while the car stands, and is new after half a wavelength', () => {
    const fading = new Fading(radioModel, new Random(9));
    const [a, b] = [fading.gainDb(0, 0, 0, 1), fading.gainDb(1, 0, 0, 1)];
    expect(a).not.toBe(b);
    expect(fading.gainDb(0, 0, 1, 1)).toBeCloseTo(a, 0);
    expect(fading.gainDb(0, 5, 2, 1)).not.toBeCloseTo(a, 1);
  });
});

describe('a car around the jack', () => {
  const jack = { at: { x: 0, y: 0, z: 1 }, heading: 0, mounting: 'dash', bodyOffsetDb: 0 } as const;

  it('takes least to the front and most to the rear', () => {
    const front = bodyLossDb(radioModel, jack, { x: 5, y: 0, z: 1 });
    const side = bodyLossDb(radioModel, jack, { x: 0, y: 5, z: 1 });
    const rear = bodyLossDb(radioModel, jack, { x: -5, y: 0, z: 1 });
    expect([front, side, rear]).toEqual([3, 5, 9]);
  });

  it('takes more from a boot than from a dashboard', () => {
    const to = { x: 5, y: 0, z: 1 };
    expect(bodyLossDb(radioModel, { ...jack, mounting: 'boot' }, to)).toBe(
      bodyLossDb(radioModel, jack, to) + radioModel.mountingLossDb.boot,
    );
  });

  it('is heard less behind a receiver on a dispenser, and through the dispenser', () => {
    const listener = { at: { x: 0, y: 3, z: 2 }, looks: Math.PI / 2 };
    expect(directivityLossDb(radioModel, listener, jack.at)).toBeCloseTo(radioModel.frontToBackDb);
    expect(directivityLossDb(radioModel, { ...listener, looks: -Math.PI / 2 }, jack.at)).toBeCloseTo(0);
    const wall = { from: { x: -1, y: 1 }, to: { x: 1, y: 1 } };
    expect(wallsBetween(jack, listener, [wall])).toBe(1);
    expect(wallsBetween({ ...jack, at: { x: 5, y: 2, z: 1 } }, listener, [wall])).toBe(0);
  });
});

describe('reception', () => {
  it('takes 376 µs of air for a full legacy advertisement', () => {
    expect(airTimeMs(31)).toBeCloseTo(0.376);
  });

  it('is certain well above the sensitivity, poor at it, and nothing below', () => {
    expect(packetSuccess(radioModel, -85, 29)).toBeGreaterThan(0.999);
    // 0.1 % bit errors over 352 bits: 70 % of the packets.
    expect(packetSuccess(radioModel, radioModel.sensitivityDbm, 29)).toBeCloseTo(0.999 ** 352, 2);
    expect(packetSuccess(radioModel, -101, 29)).toBeLessThan(0.001);
  });
});

const calm: RadioModel = {
  ...radioModel,
  shadowingDb: 0,
  ricianKInSight: 1e9,
  deafShare: 0,
  receiverSpreadDb: 0,
};
const listener = { receiverId: 'r', at: { x: 10, y: 0, z: 1 }, looks: null };
const source = { at: { x: 0, y: 0, z: 1 }, heading: 0, mounting: 'dash', bodyOffsetDb: 0 } as const;

function shareHeard(model: RadioModel, others: number, strangersPerSecond: number, otherDbm: number): number {
  const air = new Air(model, [listener], [], new Random(10));
  air.strangersPerSecond = strangersPerSecond;
  const send = (sourceId: string, powerDbm: number, atMs: number) => {
    let heard = 0;
    air.transmit({ sourceId, source, powerDbm, wayM: 0, dataBytes: 29, atMs }, () => heard++);
    return heard;
  };
  for (let n = 0; n < others; n++) send(`other ${n}`, otherDbm, 0);
  let heard = 0;
  for (let n = 0; n < 3000; n++) heard += send('mine', -55, n * 105);
  return heard / 3000;
}

describe('the air', () => {
  it('carries what path loss and the car leave of the power', () => {
    const air = new Air(calm, [listener], [], new Random(11));
    let rssi = 0;
    air.transmit({ sourceId: 'a', source, powerDbm: -55, wayM: 0, dataBytes: 29, atMs: 0 }, (_, dbm) => {
      rssi = dbm;
    });
    expect(rssi).toBe(-55 - 22 - 3);
  });

  it('loses packets to 200 jacks at once as ALOHA says, and none to jacks that are 9 dB weaker', () => {
    // 199 others, 360 µs each, 9.76 per second: e^(−2·0.36·1943/1000)
    expect(shareHeard(calm, 199, 0, -55)).toBeCloseTo(Math.exp((-2 * 0.36 * 199 * (1000 / 102.5)) / 1000), 1);
    expect(shareHeard(calm, 199, 0, -70)).toBe(1);
  });

  it('hears an advertising event once at most on each receiver', () => {
    expect(shareHeard(calm, 0, 0, -55)).toBe(1);
  });

  it('forgets a car that has gone', () => {
    const air = new Air(calm, [listener], [], new Random(12));
    for (let n = 0; n < 1000; n++) {
      air.transmit({ sourceId: `${n}`, source, powerDbm: -55, wayM: 0, dataBytes: 29, atMs: n }, () => {});
      air.forget(`${n}`);
    }
    expect(air.sources).toBe(0);
  });

  it('gives a standing car a steady median and a moving one another at every place', () => {
    const link = new Link(calm, [], new Random(13));
    const at = (wayM: number) =>
      link.level({ ...source, at: { x: wayM, y: 0, z: 1 } }, listener, -55, wayM, 0, wayM).meanDbm;
    expect(at(0)).toBe(at(0));
    expect(at(5)).toBeGreaterThan(at(0));
  });
});
