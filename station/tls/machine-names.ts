/** How this machine is called on the site's network. */
import { hostname, networkInterfaces } from 'node:os';
import { isSiteAddress } from './site-addresses.ts';

export interface MachineNames {
  /** One label in lower case, `store-12`; null where the machine has no name that can stand in a certificate. */
  hostName: string | null;
  /** Private addresses that other machines reach it by. */
  addresses: readonly string[];
}

/** Asked anew each time: cables are pulled and routers give out other addresses. */
export function machineNames(): MachineNames {
  const addresses = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter((one) => !one.internal && isSiteAddress(one.address, one.family === 'IPv6' ? 'ipv6' : 'ipv4'))
    // Those a person can type come first.
    .sort((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address);
  return { hostName: labelOf(hostname()), addresses: [...new Set(addresses)] };
}

/** `Store-12.corp.example` → `store-12`. A numeric name (`10`) would be taken for an address. */
function labelOf(name: string): string | null {
  const label = name.split('.', 1)[0]?.toLowerCase() ?? '';
  const isName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label) && !/^[0-9]+$/.test(label);
  return isName && label !== 'localhost' ? label : null;
}

/** Everything the certificate is for and the server answers to: mDNS name, plain name, addresses, this machine. */
export function namesOf({ hostName, addresses }: MachineNames): { hosts: string[]; ips: string[] } {
  return {
    hosts: ['localhost', ...(hostName === null ? [] : [hostName, `${hostName}.local`])],
    ips: [...new Set(['127.0.0.1', '::1', ...addresses])],
  };
}
