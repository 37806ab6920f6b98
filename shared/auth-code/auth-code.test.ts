import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuthCodeSubject, authCode, authCodeChallenge, verifyAuthCode } from './index.ts';

const key = Buffer.alloc(32, 7);
const subject: AuthCodeSubject = {
  siteId: '0193a5c0-0000-7000-8000-000000000001',
  amountMinor: 64_988,
  currency: 'KRW',
  paymentRequestId: '0193a5c0-0000-7000-8000-000000000002',
};
const noonMs = Date.UTC(2026, 10, 21, 12, 0, 30);
const minuteMs = 60_000;

const subjects = fc.record({
  siteId: fc.uuid(),
  amountMinor: fc.integer({ min: 0, max: 1_000_000_000_000 }),
  currency: fc.stringMatching(/^[A-Z]{3}$/),
  paymentRequestId: fc.uuid(),
});

describe('an authentication code', () => {
  it('has eight digits and is accepted in its own minute', () => {
    const code = authCode(key, authCodeChallenge(subject), noonMs);
    expect(code).toMatch(/^[0-9]{8}$/);
    expect(verifyAuthCode(key, authCodeChallenge(subject), code, noonMs)).toEqual({
      verdict: 'right',
      step: noonMs / minuteMs - 0.5,
    });
  });

  it('never changes its form: a jack in the field keeps working', () => {
    expect(authCodeChallenge(subject)).toBe(
      '5b58c9dfaa515ed23ee68659bb9d8796d5137ff298b2892571a5ee60c20686f5',
    );
    expect(authCode(key, authCodeChallenge(subject), noonMs)).toBe('89649152');
  });

  it.each([
    [-2, 'stale'],
    [-1, 'right'],
    [0, 'right'],
    [1, 'right'],
    [2, 'stale'],
    [60, 'stale'],
    [61, 'wrong'],
  ])('made %i minutes off is %s', (minutes, verdict) => {
    const challenge = authCodeChallenge(subject);
    const code = authCode(key, challenge, noonMs + minutes * minuteMs);
    expect(verifyAuthCode(key, challenge, code, noonMs).verdict).toBe(verdict);
  });

  it('of another jack is wrong', () => {
    const challenge = authCodeChallenge(subject);
    expect(verifyAuthCode(key, challenge, authCode(randomBytes(32), challenge, noonMs), noonMs).verdict).toBe(
      'wrong',
    );
  });

  it('of the wrong length or with other characters is wrong, not an error', () => {
    const challenge = authCodeChallenge(subject);
    for (const code of ['', '1', '123456789', 'abcdefgh', '１２３４５６７８']) {
      expect(verifyAuthCode(key, challenge, code, noonMs)).toEqual({ verdict: 'wrong' });
    }
  });

  it('for one request never approves another, whichever field differs', () => {
    fc.assert(
      fc.property(
        subjects,
        subjects,
        fc.constantFrom<keyof AuthCodeSubject>('siteId', 'amountMinor', 'currency', 'paymentRequestId'),
        (one, other, field) => {
          fc.pre(one[field] !== other[field]);
          const bent = { ...one, [field]: other[field] };
          expect(authCodeChallenge(bent)).not.toBe(authCodeChallenge(one));
          const code = authCode(key, authCodeChallenge(one), noonMs);
          // Eight digits agree by chance once in 10^8 per step; with a fixed seed this is settled once.
          expect(verifyAuthCode(key, authCodeChallenge(bent), code, noonMs).verdict).not.toBe('right');
        },
      ),
      { numRuns: 300, seed: 20261121 },
    );
  });

  it('has one challenge per subject: neighbouring fields cannot flow into each other', () => {
    fc.assert(
      fc.property(subjects, subjects, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(authCodeChallenge(one)).not.toBe(authCodeChallenge(other));
      }),
    );
    expect(authCodeChallenge({ ...subject, amountMinor: 1, currency: '1KR' })).not.toBe(
      authCodeChallenge({ ...subject, amountMinor: 11, currency: 'KR' }),
    );
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses %d as an amount', (amountMinor) => {
    expect(() => authCodeChallenge({ ...subject, amountMinor })).toThrow(RangeError);
  });
});
