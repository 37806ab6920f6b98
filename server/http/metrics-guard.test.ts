import { describe, expect, it } from 'vitest';
import { isMetricsToken, metricsRefusal } from './metrics-guard.ts';

const token = 'a-token-of-some-length';
const asked = (remoteAddress: string | undefined, headers: Record<string, string> = {}) => ({
  headers,
  socket: { remoteAddress },
});

describe('who may read the figures', () => {
  it('without a token only this machine, and nobody whom a proxy passes on', () => {
    for (const here of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1']) {
      expect([here, metricsRefusal(asked(here), undefined)]).toEqual([here, null]);
      for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']) {
        expect(metricsRefusal(asked(here, { [header]: '' }), undefined)?.status).toBe(403);
      }
    }
    for (const elsewhere of [
      '192.168.0.7',
      '10.0.0.1',
      '::ffff:10.0.0.1',
      'fe80::1',
      '2001:db8::1',
      '',
      undefined,
    ]) {
      expect([elsewhere, metricsRefusal(asked(elsewhere), undefined)?.code]).toEqual([
        elsewhere,
        'forbidden',
      ]);
    }
  });

  it('with a token whoever has it, from anywhere, and nobody else, not even this machine', () => {
    const bearer = (value: string) => ({ authorization: value });
    expect(metricsRefusal(asked('10.0.0.1', bearer(`Bearer ${token}`)), token)).toBeNull();
    expect(metricsRefusal(asked('10.0.0.1', bearer(`bearer ${token}`)), token)).toBeNull();
    for (const wrong of [
      '',
      `Bearer ${token}x`,
      `Bearer ${token.slice(1)}`,
      token,
      `Basic ${token}`,
      'Bearer ',
    ]) {
      expect([wrong, metricsRefusal(asked('127.0.0.1', bearer(wrong)), token)?.code]).toEqual([
        wrong,
        'unauthorized',
      ]);
    }
    expect(metricsRefusal(asked('127.0.0.1'), token)?.status).toBe(401);
  });

  it('a token that is found by trying is none', () => {
    expect(isMetricsToken(token)).toBe(true);
    for (const bad of [
      '',
      'short',
      'with a space in it',
      'x'.repeat(15),
      '토큰토큰토큰토큰토큰토큰토큰토큰',
    ]) {
      expect([bad, isMetricsToken(bad)]).toEqual([bad, false]);
    }
  });
});
