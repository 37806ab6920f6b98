/** Which serial ports are there? For the installer's list; opening nothing, changing nothing. */
import { readdir, realpath } from 'node:fs/promises';
import { err, ok, type Result } from '../shared/domain/index.ts';
import type { FoundAdapter } from './bluez/list-adapters.ts';

export interface FoundPort {
  /** What to open: `/dev/ttyACM0`, `COM3`. May change when the device is plugged in elsewhere. */
  path: string;
  /** The same device under a name that survives replugging, where the system has one. */
  stablePath: string | null;
  /** Four lower-case hex digits each; null for ports that are not on USB. */
  vendorId: string | null;
  productId: string | null;
  manufacturer: string | null;
  serialNumber: string | null;
}

/** `no-udev`: Linux without udevadm; ports can still be typed in. */
export type DiscoveryError = { code: 'no-udev' | 'list-failed'; text: string };

/** As `SerialPort.list()` gives it. */
export interface ListedPort {
  path: string;
  manufacturer?: string | undefined;
  serialNumber?: string | undefined;
  pnpId?: string | undefined;
  vendorId?: string | undefined;
  productId?: string | undefined;
}

export async function listSerialPorts(
  list: () => Promise<ListedPort[]> = systemList,
  platform: NodeJS.Platform = process.platform,
  placeLinks: () => Promise<ReadonlyMap<string, string>> = systemPlaceLinks,
): Promise<Result<FoundPort[], DiscoveryError>> {
  let listed: ListedPort[];
  try {
    listed = await list();
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    if (/udevadm/.test(text) && /ENOENT/.test(text)) {
      return err({ code: 'no-udev', text: 'serial ports cannot be listed without udevadm (package udev)' });
    }
    return err({ code: 'list-failed', text });
  }
  const found = listed.map((port) => foundPort(port, platform));
  if (platform === 'linux') await tellTwinsApart(found, placeLinks);
  return ok(found);
}

function foundPort(port: ListedPort, platform: NodeJS.Platform): FoundPort {
  const byId = platform === 'linux' && port.pnpId ? `/dev/serial/by-id/${port.pnpId}` : null;
  return {
    path: port.path,
    stablePath: byId,
    vendorId: port.vendorId?.toLowerCase() ?? null,
    productId: port.productId?.toLowerCase() ?? null,
    manufacturer: port.manufacturer ?? null,
    serialNumber: port.serialNumber ?? null,
  };
}

/**
 * Identical dongles without serial numbers share one name under /dev/serial/by-id, which then leads to
 * any of them. What stays the same for each is the socket it is plugged into: /dev/serial/by-path.
 */
async function tellTwinsApart(
  ports: FoundPort[],
  placeLinks: () => Promise<ReadonlyMap<string, string>>,
): Promise<void> {
  const counts = new Map<string | null, number>();
  for (const { stablePath } of ports) counts.set(stablePath, (counts.get(stablePath) ?? 0) + 1);
  const twins = ports.filter(({ stablePath }) => stablePath !== null && (counts.get(stablePath) ?? 0) > 1);
  if (twins.length === 0) return;
  const links = await placeLinks();
  for (const port of twins) port.stablePath = links.get(port.path) ?? null;
}

/** Device path → its link by place. Empty where the system makes none. */
async function systemPlaceLinks(): Promise<ReadonlyMap<string, string>> {
  const folder = '/dev/serial/by-path';
  const names = await readdir(folder).catch(() => []);
  const links = new Map<string, string>();
  for (const name of names) {
    const target = await realpath(`${folder}/${name}`).catch(() => null);
    if (target !== null) links.set(target, `${folder}/${name}`);
  }
  return links;
}

async function systemList(): Promise<ListedPort[]> {
  const { SerialPort } = await import('serialport');
  return SerialPort.list();
}

/** The machine's own Bluetooth adapters; none where there is no BlueZ to ask. */
export async function listAdapters(): Promise<FoundAdapter[]> {
  if (process.platform !== 'linux') return [];
  const { listBluezAdapters } = await import('./bluez/list-adapters.ts');
  const listed = await listBluezAdapters();
  return listed.ok ? listed.value : [];
}
