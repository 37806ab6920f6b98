/**
 * One report → H4 packets that say the same, so that what any receiver heard (also one without HCI)
 * can be kept in a file that Wireshark opens and our replay plays.
 *
 * LE Extended Advertising Report (Core Spec Vol 4 Part E 7.7.65.13) for all: it holds data of any
 * length and every kind of address.
 */
import { events, h4, leSubevents, rssiUnknown } from '../hci-uart/hci-constants.ts';
import type { AddressType, AdvertisingReport } from '../receiver.ts';

const addressTypes: Record<AddressType, number> = {
  public: 0,
  random: 1,
  'public-identity': 2,
  'random-identity': 3,
  anonymous: 0xff,
  // HCI has no word for it; `random` promises the least.
  unknown: 1,
};
/** 255 bytes of event − subevent − count − 24 bytes of fixed fields. */
const maxFragment = 229;

/** Where the fragment that begins at `from` ends: between two structures, so that Wireshark can read each. */
function cutBehind(data: Uint8Array, from: number): number {
  const limit = from + maxFragment;
  if (data.length <= limit) return data.length;
  let end = from;
  while (end + 1 + (data[end] ?? 0) <= limit) end += 1 + (data[end] ?? 0);
  // One structure that is longer than a fragment, or data that is none: cut wherever it must be.
  return end === from ? limit : end;
}

export function packetsOfReport(report: AdvertisingReport): Uint8Array[] {
  const { data, rssiDbm } = report;
  const address = report.address.split(':').map((byte) => Number.parseInt(byte, 16));
  const packets: Uint8Array[] = [];
  let at = 0;
  do {
    const part = data.subarray(at, cutBehind(data, at));
    at += part.length;
    // Legacy, non-connectable; or extended, with more to come or complete.
    const eventType = data.length <= 31 ? 0x10 : at < data.length ? 0x20 : 0x00;
    const packet = new Uint8Array(3 + 2 + 24 + part.length);
    packet.set([
      h4.event,
      events.leMeta,
      packet.length - 3,
      leSubevents.extendedAdvertisingReport,
      1,
      eventType,
      0,
    ]);
    packet[7] = addressTypes[report.addressType];
    for (let i = 0; i < 6; i++) packet[8 + i] = address[5 - i] ?? 0;
    packet[14] = 1; // primary PHY LE 1M
    packet[16] = 0xff; // no advertising set
    packet[17] = 127; // TX power unknown
    packet[18] = rssiDbm === null ? rssiUnknown : Math.round(rssiDbm) & 0xff;
    packet[28] = part.length;
    packet.set(part, 29);
    packets.push(packet);
  } while (at < data.length);
  return packets;
}
