/**
 * Which of the machine's serial ports is a receiver? Scored by what USB says; the installer sees why.
 *
 * Vendor and product ids from the vendors' own firmwares and the Linux USB id list. A bridge chip
 * (CP210x, CH340, FTDI) tells nothing of what is behind it: possible, never likely.
 */
import type { FoundPort } from './discovery.ts';

export type PortGuess = 'likely' | 'possible' | 'unlikely';

export interface ScoredPort extends FoundPort {
  guess: PortGuess;
  /** What to try first. */
  driver: 'hci-uart' | 'gateway';
  /** What it seems to be; null when nothing is known. */
  device: string | null;
  /** For the list: unlike `path`, stays the same across replugging, and differs between identical dongles. */
  name: string;
  /** The specification to open it with. */
  specification: string;
}

interface KnownDevice {
  vendorId: string;
  productId?: string;
  device: string;
  guess: PortGuess;
  driver: 'hci-uart' | 'gateway';
}

const known: readonly KnownDevice[] = [
  {
    vendorId: '2fe3',
    productId: '000b',
    device: 'Zephyr HCI USB controller',
    guess: 'likely',
    driver: 'hci-uart',
  },
  {
    vendorId: '2fe3',
    productId: '0004',
    device: 'Zephyr HCI on USB serial',
    guess: 'likely',
    driver: 'hci-uart',
  },
  { vendorId: '2fe3', device: 'Zephyr device', guess: 'possible', driver: 'hci-uart' },
  { vendorId: '1915', device: 'Nordic Semiconductor nRF dongle', guess: 'likely', driver: 'hci-uart' },
  {
    vendorId: '1366',
    device: 'SEGGER J-Link (Nordic development kit)',
    guess: 'possible',
    driver: 'hci-uart',
  },
  { vendorId: '0451', device: 'Texas Instruments kit', guess: 'possible', driver: 'hci-uart' },
  { vendorId: '303a', device: 'Espressif ESP32 with its own USB', guess: 'likely', driver: 'gateway' },
  { vendorId: '10c4', productId: 'ea60', device: 'CP210x bridge', guess: 'possible', driver: 'gateway' },
  { vendorId: '1a86', device: 'CH340 bridge', guess: 'possible', driver: 'gateway' },
  { vendorId: '0403', device: 'FTDI bridge', guess: 'possible', driver: 'hci-uart' },
  { vendorId: '0483', device: 'STMicroelectronics virtual port', guess: 'possible', driver: 'hci-uart' },
];

/** Words of a manufacturer's string that say more than the ids. */
const words: readonly (KnownDevice & { pattern: RegExp })[] = [
  {
    vendorId: '',
    pattern: /nordic|zephyr/i,
    device: 'Nordic or Zephyr device',
    guess: 'likely',
    driver: 'hci-uart',
  },
  {
    vendorId: '',
    pattern: /espressif|theengs/i,
    device: 'Espressif device',
    guess: 'likely',
    driver: 'gateway',
  },
];

/** Ports that are there on every machine and never a receiver's: printers, modems, consoles. */
const never = /\/dev\/tty(S\d+|printk)$|\/dev\/rfcomm|Bluetooth-Incoming-Port|debug-console/;

const order: Record<PortGuess, number> = { likely: 0, possible: 1, unlikely: 2 };

/** Likeliest first; ports of one score by name, so that the list does not jump. */
export function scorePorts(ports: readonly FoundPort[]): ScoredPort[] {
  const scored = ports.map(scorePort);
  const names = new Map<string, ScoredPort[]>();
  for (const port of scored) names.set(port.name, [...(names.get(port.name) ?? []), port]);
  for (const twins of names.values()) {
    if (twins.length < 2) continue;
    // Cheap dongles carry no serial number, or all the same: then only the place tells them apart.
    for (const port of twins) port.name = `${port.name} (${port.path})`;
  }
  return scored.sort((a, b) => order[a.guess] - order[b.guess] || a.name.localeCompare(b.name));
}

function scorePort(port: FoundPort): ScoredPort {
  const match =
    known.find((each) => each.vendorId === port.vendorId && each.productId === port.productId) ??
    words.find((each) => port.manufacturer !== null && each.pattern.test(port.manufacturer)) ??
    known.find((each) => each.vendorId === port.vendorId && each.productId === undefined);
  const onUsb = port.vendorId !== null;
  const guess = match?.guess ?? (onUsb && !never.test(port.path) ? 'possible' : 'unlikely');
  const driver = match?.driver ?? 'hci-uart';
  const device = match?.device ?? null;
  const label = device ?? port.manufacturer ?? port.path;
  return {
    ...port,
    guess,
    driver,
    device,
    name: port.serialNumber === null || port.serialNumber === '' ? label : `${label} ${port.serialNumber}`,
    specification: `${driver}:${port.stablePath ?? port.path}`,
  };
}
