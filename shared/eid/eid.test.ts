import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  agreedIdentityKey,
  codeAt,
  counterAt,
  eidAt,
  eidFromTemporaryKey,
  eidPublicKey,
  eidSharedSecret,
  newEidKeyPair,
  temporaryKey,
  windowAt,
  windowsBetween,
} from './index.ts';

const hex = (text: string) => Buffer.from(text, 'hex');
const path = '../shared/data/vectors/eddystone_eid.json';

describe.skipIf(!existsSync(path))('published EID vectors (skipped where ../shared/data is absent)', () => {
  const file = existsSync(path)
    ? JSON.parse(readFileSync(path, 'utf8'))
    : { vectors: [], key_agreement_vectors: [] };

  it('identity key, exponent and counter give the published code', () => {
    let checked = 0;
    for (const v of file.vectors) {
      const key = v.temporary_key ? hex(v.temporary_key) : temporaryKey(hex(v.identity_key), v.time_counter);
      expect(eidFromTemporaryKey(key, v.rotation_exponent, v.time_counter)).toBe(v.eid);
      if (v.identity_key) {
        expect(eidAt(hex(v.identity_key), v.rotation_exponent, v.time_counter)).toBe(v.eid);
        if (v.temporary_key) {
          expect(temporaryKey(hex(v.identity_key), v.time_counter).toString('hex')).toBe(v.temporary_key);
        }
      }
      checked++;
    }
    expect(checked).toBe(4);
  });

  it('X25519 and HKDF give the published identity keys, from either side', () => {
    for (const v of file.key_agreement_vectors) {
      const resolver = { role: 'resolver' as const, privateKey: hex(v.resolver_private_key) };
      const beacon = { role: 'beacon' as const, privateKey: hex(v.beacon_private_key) };
      expect(eidPublicKey(resolver.privateKey).toString('hex')).toBe(v.resolver_public_key);
      expect(eidPublicKey(beacon.privateKey).toString('hex')).toBe(v.beacon_public_key);
      expect(eidSharedSecret(resolver.privateKey, hex(v.beacon_public_key)).toString('hex')).toBe(
        v.shared_secret,
      );
      expect(agreedIdentityKey(resolver, hex(v.beacon_public_key)).toString('hex')).toBe(v.identity_key);
      expect(agreedIdentityKey(beacon, hex(v.resolver_public_key)).toString('hex')).toBe(v.identity_key);
    }
    for (const { key_agreement: v } of file.vectors.filter(
      (x: { key_agreement?: unknown }) => x.key_agreement,
    )) {
      const resolver = { role: 'resolver' as const, privateKey: hex(v.resolver_private_key) };
      expect(agreedIdentityKey(resolver, hex(v.beacon_public_key)).toString('hex')).toBe(v.identity_key);
    }
  });
});

describe('a rotating code', () => {
  // RadiusNetworks ephemeral_calc, spec/encryptor_spec.rb
  const identityKey = hex('0102030405060708090a111213141516');

  it('is the published one for a published key', () => {
    expect(eidAt(identityKey, 10, 0)).toBe('a9b76a71c5f89290');
    expect(eidAt(identityKey, 10, 2000)).toBe('4144413e45fefa58');
  });

  it('stays the same within its window of 2^K seconds and changes at its end', () => {
    for (let exponent = 0; exponent <= 15; exponent++) {
      const length = 2 ** exponent;
      const start = 40 * length;
      expect(eidAt(identityKey, exponent, start + length - 1)).toBe(eidAt(identityKey, exponent, start));
      expect(eidAt(identityKey, exponent, start + length)).not.toBe(eidAt(identityKey, exponent, start));
    }
  });

  it('refuses a key, an exponent or a counter out of range', () => {
    expect(() => eidAt(Buffer.alloc(15), 10, 0)).toThrow(RangeError);
    expect(() => eidAt(identityKey, 16, 0)).toThrow(RangeError);
    expect(() => eidAt(identityKey, 10, -1)).toThrow(RangeError);
    expect(() => eidAt(identityKey, 10, 2 ** 32)).toThrow(RangeError);
  });
});

describe('the windows of a jack', () => {
  const jacks = fc.record({
    identityKey: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    rotationExponent: fc.integer({ min: 0, max: 15 }),
    counterSeconds: fc.integer({ min: 0, max: 0xffffffff }),
    counterAtMs: fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }),
  });

  it('cover a span without gap or overlap, and each holds the code broadcast in it', () => {
    fc.assert(
      fc.property(jacks, fc.integer({ min: -86_400_000, max: 86_400_000 }), (jack, offsetMs) => {
        const fromMs = jack.counterAtMs + offsetMs;
        const windows = windowsBetween(jack, fromMs, fromMs + 60_000);
        const first = windows[0];
        const last = windows.at(-1);
        if (!first || !last) throw new Error('no window');
        expect(first.fromMs).toBeLessThanOrEqual(fromMs);
        expect(last.toMs).toBeGreaterThan(fromMs + 60_000);
        for (const [index, window] of windows.entries()) {
          expect(codeAt(jack, window.fromMs)).toBe(window.code);
          expect(codeAt(jack, window.toMs - 1)).toBe(window.code);
          expect(windowAt(jack, window.toMs).code).not.toBe(window.code);
          const next = windows[index + 1];
          if (next) expect(next.fromMs).toBe(window.toMs);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('follow the jack’s counter over its 32-bit wrap', () => {
    const jack = {
      identityKey: Buffer.alloc(16, 1),
      rotationExponent: 4,
      counterSeconds: 0xffffffff,
      counterAtMs: 0,
    };
    expect(counterAt(jack, 1000)).toBe(0);
    expect(windowAt(jack, 1000)).toMatchObject({ counterSeconds: 0, fromMs: 1000, toMs: 17_000 });
  });
});

describe('registration', () => {
  it('leaves both sides with the same identity key, which never travelled', () => {
    const resolver = newEidKeyPair();
    const beacon = newEidKeyPair();
    expect(
      agreedIdentityKey({ role: 'resolver', privateKey: resolver.privateKey }, beacon.publicKey),
    ).toEqual(agreedIdentityKey({ role: 'beacon', privateKey: beacon.privateKey }, resolver.publicKey));
  });

  it('refuses a public key that would make the secret guessable', () => {
    expect(() => eidSharedSecret(newEidKeyPair().privateKey, Buffer.alloc(32))).toThrow();
  });
});
