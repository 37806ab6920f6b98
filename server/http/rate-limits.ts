/** How often one caller may ask: a bucket of tokens each, refilled evenly. Per server process. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../shared/domain/index.ts';

export interface RateLimit {
  /** Asks at once. */
  burst: number;
  /** Asks per minute in the long run. */
  perMinute: number;
}

export interface RateLimits {
  /** Per network address, of who has no token. Guessing pairing codes ends here. */
  public: RateLimit;
  phone: RateLimit;
  site: RateLimit;
}

export const usualLimits: RateLimits = {
  public: { burst: 300, perMinute: 120 },
  phone: { burst: 120, perMinute: 240 },
  site: { burst: 2_000, perMinute: 12_000 },
};
/** More callers than that are not remembered: the longest silent are forgotten, their buckets are full again. */
const callersMax = 100_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

export interface Limiter {
  /** 0 when the ask may pass, else the milliseconds to wait. */
  waitMs(request: IncomingMessage): number;
}

export function limiter(limits: RateLimits, clock: Clock): Limiter {
  const buckets = new Map<string, Bucket>();
  return {
    waitMs(request) {
      const token = /^Bearer (site|phone|cart)_/i.exec(request.headers.authorization ?? '');
      const kind = token?.[1]?.toLowerCase() === 'site' ? 'site' : token === null ? 'public' : 'phone';
      const caller =
        kind === 'public'
          ? `public ${request.socket.remoteAddress ?? ''}`
          : createHash('sha256')
              .update(request.headers.authorization ?? '')
              .digest('base64');
      const { burst, perMinute } = limits[kind];
      const nowMs = clock.nowMs();
      const before = buckets.get(caller) ?? { tokens: burst, atMs: nowMs };
      const refilled = before.tokens + (Math.max(0, nowMs - before.atMs) / 60_000) * perMinute;
      const tokens = Math.min(burst, refilled);
      // Re-inserted last: the map's order is the order of the last ask.
      buckets.delete(caller);
      buckets.set(caller, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
      if (buckets.size > callersMax) {
        for (const oldest of buckets.keys()) {
          buckets.delete(oldest);
          break;
        }
      }
      return tokens >= 1 ? 0 : ((1 - tokens) / perMinute) * 60_000;
    },
  };
}
