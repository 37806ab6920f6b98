/** Which Bluetooth adapters has this machine? For the installer's list; nothing is switched on. */
import { type Clock, ok, type Result, systemClock } from '../../shared/domain/index.ts';
import type { ReceiverError } from '../receiver.ts';
import { BluezBus } from './bluez-bus.ts';
import { plain } from './device-properties.ts';

export interface FoundAdapter {
  /** `hci0` */
  adapter: string;
  /** The machine's name for it. */
  name: string;
  powered: boolean;
  /** What to open it with: `bluez:hci0`. */
  specification: string;
}

/** `bus-unreachable` where there is no BlueZ: then there are no adapters to choose from. */
export async function listBluezAdapters(
  clock: Clock = systemClock,
): Promise<Result<FoundAdapter[], ReceiverError>> {
  const opened = await BluezBus.open({ clock, signal: () => {}, lost: () => {} });
  if (!opened.ok) return opened;
  const listed = await opened.value.call('/', 'org.freedesktop.DBus.ObjectManager', 'GetManagedObjects');
  opened.value.close();
  if (!listed.ok) return listed;
  const objects = (listed.value[0] ?? {}) as Record<string, Record<string, Record<string, unknown>>>;
  const adapters = Object.entries(objects).flatMap(([path, interfaces]) => {
    const properties = interfaces['org.bluez.Adapter1'];
    const adapter = path.split('/').at(-1);
    if (properties === undefined || adapter === undefined) return [];
    const name = plain(properties.Alias);
    return [
      {
        adapter,
        name: typeof name === 'string' && name !== '' ? name : adapter,
        powered: plain(properties.Powered) === true,
        specification: `bluez:${adapter}`,
      },
    ];
  });
  return ok(adapters.sort((a, b) => a.adapter.localeCompare(b.adapter)));
}
