/**
 * Keeps other pages of the same browser away from the station.
 *
 *   Host header      only the names this server was reached by: a name that an attacker's DNS points at it
 *                    (DNS rebinding) carries the attacker's host name
 *   Origin header    only our own: browsers send it with every WebSocket and every cross-origin request
 *   Sec-Fetch-Site   only `same-origin` or `none` (typed address): catches what carries no Origin
 *
 * A program that is no browser may leave Origin away; it still has to sign in.
 */
import type { IncomingHttpHeaders } from 'node:http';

export type GuardVerdict = { allowed: true } | { allowed: false; why: 'host' | 'origin' | 'cross-site' };

export class OriginGuard {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #scheme: 'http' | 'https';

  /** @param extraHosts Names and addresses beside the loopback ones: those of the certificate. */
  constructor(scheme: 'http' | 'https', port: number, extraHosts: readonly string[]) {
    this.#scheme = scheme;
    const names = new Set(['127.0.0.1', 'localhost', '[::1]']);
    for (const host of extraHosts) {
      names.add((host.includes(':') && !host.startsWith('[') ? `[${host}]` : host).toLowerCase());
    }
    this.#hosts = new Set([...names].map((name) => `${name}:${port}`));
    this.#origins = new Set([...names].map((name) => `${scheme}://${name}:${port}`));
  }

  /** Is this Host header, with its port, one of ours? */
  knows(host: string): boolean {
    return this.#hosts.has(host.toLowerCase());
  }

  /** @param rawHosts Every Host line of the request: two of them are refused (RFC 9112 section 3.2). */
  judge(headers: IncomingHttpHeaders, rawHosts: readonly string[]): GuardVerdict {
    const host = rawHosts[0]?.toLowerCase();
    if (rawHosts.length !== 1 || host === undefined || !this.#hosts.has(host)) {
      return { allowed: false, why: 'host' };
    }
    const origin = headers.origin;
    if (origin !== undefined && !this.#origins.has(origin.toLowerCase())) {
      return { allowed: false, why: 'origin' };
    }
    // The page's own origin, not just any of our names: `localhost` and `127.0.0.1` are two origins.
    if (origin !== undefined && origin.toLowerCase() !== `${this.#scheme}://${host}`) {
      return { allowed: false, why: 'origin' };
    }
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      return { allowed: false, why: 'cross-site' };
    }
    return { allowed: true };
  }
}

/** All values of a header as they came over the wire (node joins or drops repeated ones). */
export function rawHeaderValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const value = rawHeaders[i + 1];
    if (rawHeaders[i]?.toLowerCase() === name && value !== undefined) values.push(value);
  }
  return values;
}
