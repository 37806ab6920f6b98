import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../shared/domain/index.ts';
import { limiter } from './rate-limits.ts';

const from = (remoteAddress: string, authorization?: string) =>
  ({ headers: { authorization }, socket: { remoteAddress } }) as unknown as IncomingMessage;
const limits = {
  public: { burst: 2, perMinute: 60 },
  phone: { burst: 3, perMinute: 60 },
  site: { burst: 4, perMinute: 60 },
};

describe('the rate limits', () => {
  const passes = (limit: ReturnType<typeof limiter>, request: IncomingMessage, asks: number) =>
    Array.from({ length: asks }, () => limit.waitMs(request)).filter((wait) => wait === 0).length;

  it('let a burst pass and then as many as refill, and say how long to wait', () => {
    const clock = new ManualClock();
    const limit = limiter(limits, clock);
    const guesser = from('198.51.100.1');
    expect(passes(limit, guesser, 10)).toBe(2);
    expect(limit.waitMs(guesser)).toBe(1000);
    clock.advance(1000);
    expect(passes(limit, guesser, 10)).toBe(1);
    clock.advance(3_600_000);
    expect(passes(limit, guesser, 10)).toBe(2);
  });

  it('count each site, each phone and each address by itself', () => {
    const limit = limiter(limits, new ManualClock());
    expect(passes(limit, from('198.51.100.1', 'Bearer site_one'), 10)).toBe(4);
    expect(passes(limit, from('198.51.100.1', 'Bearer site_two'), 10)).toBe(4);
    expect(passes(limit, from('198.51.100.1', 'Bearer phone_one'), 10)).toBe(3);
    expect(passes(limit, from('198.51.100.1'), 10)).toBe(2);
    expect(passes(limit, from('198.51.100.2'), 10)).toBe(2);
  });
});
