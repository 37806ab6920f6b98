import type { Random } from '../radio/index.ts';

/** How long a private address lives: the Core Specification recommends 15 minutes (Vol 3 Part C App. A, T_GAP(private_addr_int)). */
export const privateAddressLifeMs = 15 * 60_000;

/**
 * A non-resolvable private address: the two most significant bits are 0, the other 46 are random and
 * neither all 0 nor all 1 (Core Spec Vol 6 Part B 1.3.2.2). `aa:bb:cc:dd:ee:ff`, most significant first.
 */
export function newPrivateAddress(random: Random): string {
  const bytes = random.bytes(6);
  bytes[0] = (bytes[0] as number) & 0x3f;
  if (bytes.every((byte) => byte === 0)) bytes[5] = 1;
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1:');
}
