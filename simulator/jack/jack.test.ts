import { describe, expect, it } from 'vitest';
import { beaconCodeOf, decodeBeaconFrame } from '../../drivers/frames/index.ts';
import { authCodeChallenge, verifyAuthCode } from '../../shared/auth-code/index.ts';
import { ManualClock } from '../../shared/domain/index.ts';
import { agreedIdentityKey, codeAt, newEidKeyPair } from '../../shared/eid/index.ts';
import { Random, radioModel } from '../radio/index.ts';
import { type JackKind, jackKinds, privateAddressLifeMs, VirtualJack } from './index.ts';

function makeJack(kind: JackKind, clock = new ManualClock()) {
  const jack = new VirtualJack({ kind, clock, random: new Random(1), model: radioModel });
  return { jack, clock };
}

function codeOnAir(jack: VirtualJack): string | null {
  const advertisement = jack.advertise();
  const frame = advertisement && decodeBeaconFrame(advertisement.data);
  return frame && beaconCodeOf(frame);
}

const subject = {
  siteId: '019ab000-0000-7000-8000-000000000001',
  amountMinor: 64_988,
  currency: 'KRW',
  paymentRequestId: '019ab000-0000-7000-8000-000000000002',
};

describe('the virtual jack', () => {
  it.each(jackKinds)('says bytes of kind %s that the drivers read as its code', (kind) => {
    const { jack } = makeJack(kind);
    jack.setPower(true);
    expect(codeOnAir(jack)).toBe(jack.code());
    expect(jack.advertise()?.data.length).toBeLessThanOrEqual(31);
  });

  it('rotates to the code that the server reckons from what was registered', () => {
    const { jack, clock } = makeJack('rotating');
    jack.setPower(true);
    const { secrets } = jack.registration();
    if (secrets.behaviour !== 'rotating') throw new Error('not rotating');
    const atServer = { ...secrets, identityKey: Buffer.from(secrets.identityKey, 'hex') };
    const seen = new Set<string>();
    for (let minute = 0; minute < 60; minute++) {
      expect(codeOnAir(jack)).toBe(codeAt(atServer, clock.nowMs()));
      seen.add(jack.code());
      clock.advance(60_000);
    }
    expect(seen.size).toBeGreaterThanOrEqual(7); // 2^9 s each
  });

  it('is silent and signs nothing while the socket has no power, and goes on where it was', () => {
    const { jack, clock } = makeJack('rotating');
    expect(jack.advertise()).toBeNull();
    expect(jack.authenticate(subject)).toBeNull();
    let powered = 0;
    const stop = jack.onPowered(() => powered++);
    jack.setPower(true);
    jack.setPower(true);
    expect(powered).toBe(1);
    stop();
    jack.setPower(false);
    clock.advance(600_000);
    jack.setPower(true);
    expect(powered).toBe(1);
    expect(codeOnAir(jack)).toBe(jack.code());
  });

  it('makes an authentication code that verifies for this payment and no other', () => {
    const { jack, clock } = makeJack('static');
    jack.setPower(true);
    const code = jack.authenticate(subject) ?? '';
    const key = Buffer.from(jack.registration().authenticationKey, 'hex');
    const verdict = (of: typeof subject) =>
      verifyAuthCode(key, authCodeChallenge(of), code, clock.nowMs()).verdict;
    expect(verdict(subject)).toBe('right');
    expect(verdict({ ...subject, amountMinor: 64_989 })).toBe('wrong');
  });

  it('proves that it is at hand by signing the server’s challenge, only while it has power', () => {
    const { jack, clock } = makeJack('static');
    const challenge = authCodeChallenge({ ...subject, amountMinor: 0, currency: 'XXX' });
    expect(jack.prove(challenge)).toBeNull();
    jack.setPower(true);
    const key = Buffer.from(jack.registration().authenticationKey, 'hex');
    const verdict = (of: string) => verifyAuthCode(key, of, jack.prove(challenge) ?? '', clock.nowMs());
    expect(verdict(challenge).verdict).toBe('right');
    expect(verdict(authCodeChallenge(subject)).verdict).toBe('wrong');
  });

  it('agrees with the server on a new identity key that never travels, and broadcasts by it', () => {
    const { jack, clock } = makeJack('rotating');
    const server = newEidKeyPair();
    expect(jack.agree(server.publicKey.toString('hex'))).toBeNull();
    jack.setPower(true);
    const before = jack.code();
    const agreed = jack.agree(server.publicKey.toString('hex'));
    if (agreed === null) throw new Error('it did not agree');
    const beaconPublicKey = Buffer.from(agreed.beaconPublicKey, 'hex');
    const identityKey = agreedIdentityKey(
      { role: 'resolver', privateKey: server.privateKey },
      beaconPublicKey,
    );
    expect(codeOnAir(jack)).toBe(codeAt({ ...agreed, identityKey }, clock.nowMs()));
    expect(jack.code()).not.toBe(before);
    expect(makeJack('static').jack.agree(server.publicKey.toString('hex'))).toBeNull();
  });

  it('changes its private address every quarter of an hour, and with every rotating code', () => {
    const { jack: still, clock } = makeJack('static');
    still.setPower(true);
    const first = still.advertise()?.address ?? '';
    // The two most significant bits of a non-resolvable private address are 0.
    expect(Number.parseInt(first.slice(0, 2), 16) >> 6).toBe(0);
    clock.advance(privateAddressLifeMs - 1);
    expect(still.advertise()?.address).toBe(first);
    clock.advance(1);
    expect(still.advertise()?.address).not.toBe(first);

    const { jack: rotating, clock: other } = makeJack('rotating');
    rotating.setPower(true);
    const pairs = new Map<string, string>();
    for (let n = 0; n < 100; n++) {
      const code = rotating.code();
      const address = rotating.advertise()?.address ?? '';
      expect(pairs.get(address) ?? code).toBe(code);
      pairs.set(address, code);
      other.advance(30_000);
    }
  });
});
