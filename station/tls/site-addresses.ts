/**
 * Which addresses can belong to a site's own network: the private ranges. Only these are served, stand in the
 * certificate, and may be signed for by its authority.
 */
import { BlockList } from 'node:net';

/** RFC 1918, RFC 6598 (carriers and overlay networks), RFC 3927 (no router there), loopback; RFC 4193. */
export const siteRanges = [
  { first: '10.0.0.0', bits: 8, family: 'ipv4' },
  { first: '172.16.0.0', bits: 12, family: 'ipv4' },
  { first: '192.168.0.0', bits: 16, family: 'ipv4' },
  { first: '100.64.0.0', bits: 10, family: 'ipv4' },
  { first: '169.254.0.0', bits: 16, family: 'ipv4' },
  { first: '127.0.0.0', bits: 8, family: 'ipv4' },
  { first: 'fc00::', bits: 7, family: 'ipv6' },
  { first: '::1', bits: 128, family: 'ipv6' },
] as const;

const ranges = new BlockList();
for (const { first, bits, family } of siteRanges) ranges.addSubnet(first, bits, family);

export function isSiteAddress(address: string, family: 'ipv4' | 'ipv6'): boolean {
  return ranges.check(address, family);
}
