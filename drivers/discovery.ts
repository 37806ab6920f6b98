/** Which serial ports are there? For the installer's list; opening nothing, changing nothing. */
import { err, ok, type Result } from '../shared/domain/index.ts';

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
  return ok(listed.map((port) => foundPort(port, platform)));
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

async function systemList(): Promise<ListedPort[]> {
  const { SerialPort } = await import('serialport');
  return SerialPort.list();
}
