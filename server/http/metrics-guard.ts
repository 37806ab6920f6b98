/**
 * Who may read `/metrics`: whoever has the token, where one is set; else only this machine itself. What a proxy on this
 * machine passes on is somebody else's, wherever its connection comes from.
 */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { isSameSecret } from '../../shared/auth-code/index.ts';
import { type ProblemError, refuse } from './problem.ts';

/** A shorter one is found by trying. */
export const metricsTokenMin = 16;

export const isMetricsToken = (text: string): boolean =>
  text.length >= metricsTokenMin && /^[\x21-\x7e]+$/.test(text);

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** An IPv4 address may stand in an IPv6 one; Node's list looks through that. */
function isLoopback(address: string | undefined): boolean {
  const family = isIP(address ?? '');
  if (address === undefined || family === 0) return false;
  return loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

const passedOn = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

/** @returns why not, or null */
export function metricsRefusal(
  request: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } },
  token: string | undefined,
): ProblemError | null {
  if (token !== undefined) {
    const given = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) return refuse('unauthorized', 'A bearer token is needed.');
    return isSameSecret(given, token) ? null : refuse('unauthorized', 'The token is not the one.');
  }
  const here =
    isLoopback(request.socket.remoteAddress) && passedOn.every((name) => request.headers[name] === undefined);
  return here ? null : refuse('forbidden', 'Only from the server’s own machine, while no token is set.');
}
