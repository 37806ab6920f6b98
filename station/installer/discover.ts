import { listAdapters, listSerialPorts, type ScoredPort, scorePorts } from '../../drivers/index.ts';
import type { FoundReceiver } from '../../shared/station-contract/index.ts';
import { placeOf } from './place.ts';
import type { RunningReceiver } from './receiver-book.ts';

export interface Discovered {
  found: FoundReceiver[];
  problem: 'no-udev' | 'list-failed' | null;
}
export type Look = () => Promise<Discovered>;

/** The machine's serial ports and adapters, likeliest first; opening nothing. */
export async function lookAtMachine(
  platform: NodeJS.Platform = process.platform,
  listPorts: typeof listSerialPorts = listSerialPorts,
  adapters: typeof listAdapters = listAdapters,
): Promise<Discovered> {
  const [ports, ownAdapters] = await Promise.all([listPorts(), adapters()]);
  const found: FoundReceiver[] = ownAdapters.map((adapter) => ({
    name: adapter.name,
    spec: adapter.specification,
    path: adapter.adapter,
    guess: adapter.powered ? 'likely' : 'possible',
    why: { kind: 'adapter', powered: adapter.powered },
    usedBy: null,
  }));
  if (platform === 'win32' || platform === 'darwin') {
    found.push({
      name: 'Bluetooth',
      spec: 'native',
      path: platform,
      guess: 'possible',
      why: { kind: 'own-adapter' },
      usedBy: null,
    });
  }
  if (ports.ok) found.push(...scorePorts(ports.value).map(foundPort));
  const order = { likely: 0, possible: 1, unlikely: 2 };
  found.sort((a, b) => order[a.guess] - order[b.guess]);
  return { found, problem: ports.ok ? null : ports.error.code };
}

function foundPort(port: ScoredPort): FoundReceiver {
  return {
    name: port.device ?? port.manufacturer ?? port.path,
    spec: port.specification,
    path: port.path,
    guess: port.guess,
    why:
      port.device !== null
        ? { kind: 'known-device', device: port.device }
        : port.vendorId !== null
          ? { kind: 'usb', vendorId: port.vendorId, productId: port.productId }
          : { kind: 'no-usb' },
    usedBy: null,
  };
}

/** Says of each whether it is one of the station's already. */
export async function withUse(
  discovered: Discovered,
  running: readonly RunningReceiver[],
  adapters = listAdapters,
): Promise<Discovered> {
  const place = (spec: string) => placeOf(spec, adapters);
  const users = new Map<string, string>();
  for (const { receiverId, spec } of running) users.set(await place(spec), receiverId);
  const found = await Promise.all(
    discovered.found.map(async (one) => {
      // Its two names, where they do not lead to the same file just now.
      const usedBy = users.get(await place(one.spec)) ?? users.get(await place(`hci-uart:${one.path}`));
      return { ...one, usedBy: usedBy ?? null };
    }),
  );
  return { ...discovered, found };
}
