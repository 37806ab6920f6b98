/**
 * Where a receiver is, whatever it is called: a port has several names (`/dev/ttyACM0`, `/dev/serial/by-id/…`), and
 * `bluez` alone is the first adapter. It can be opened once only.
 */
import { realpath } from 'node:fs/promises';
import { listAdapters } from '../../drivers/index.ts';

/** One place per specification; a name that leads nowhere just now is a place of its own. */
export async function placeOf(spec: string, adapters: typeof listAdapters = listAdapters): Promise<string> {
  const [kind = '', ...rest] = (spec.split('?', 1)[0] ?? spec).split(':');
  const target = rest.join(':');
  // A port is one port, whichever driver opens it.
  if (kind === 'hci-uart' || kind === 'gateway') {
    if (target.startsWith('/')) return realpath(target).catch(() => target);
    // Windows calls its ports so whatever the case, and with or without its prefix for devices.
    return target.replace(/^(?:\\\\\.\\)?(com\d+)$/i, (_, port: string) => port.toUpperCase());
  }
  if (kind === 'bluez' && target === '') {
    const [first] = await adapters();
    return `bluez:${first?.adapter ?? 'hci0'}`;
  }
  return `${kind}:${target}`;
}

/** @returns of each of these receivers whether it is where `spec` is. */
export async function receiversAt(
  spec: string,
  receivers: readonly { receiverId: string; spec: string }[],
  adapters?: typeof listAdapters,
): Promise<string[]> {
  const place = await placeOf(spec, adapters);
  const places = await Promise.all(receivers.map((one) => placeOf(one.spec, adapters)));
  return receivers.flatMap(({ receiverId }, index) => (places[index] === place ? [receiverId] : []));
}
