/**
 * The controller's side of HCI: what the twin says. Bytes only; the other direction of
 * `hci-uart/hci-events.ts`, written from the specification and not from our decoder.
 */
import { events, h4, leSubevents, rssiUnknown } from '../hci-uart/hci-constants.ts';

export interface HeardAdvert {
  /** `aa:bb:cc:dd:ee:ff`, most significant byte first. */
  address: string;
  addressType?: 'public' | 'random';
  data: Uint8Array;
  /** Null is said as 127 ("not available"). */
  rssiDbm: number | null;
  /** Legacy PDU: ADV_IND 0, ADV_DIRECT_IND 1, ADV_SCAN_IND 2, ADV_NONCONN_IND 3, SCAN_RSP 4. */
  pduType?: 0 | 1 | 2 | 3 | 4;
}

/** @throws RangeError when the parameters are longer than an event can be (255 bytes). */
export function encodeEvent(code: number, parameters: ArrayLike<number>): Uint8Array {
  if (parameters.length > 255) throw new RangeError(`event of ${parameters.length} bytes`);
  return Uint8Array.from([h4.event, code, parameters.length, ...Array.from(parameters)]);
}

/** Vol 4 Part E 7.7.14: one packet credit, the opcode, then what the command returns. */
export function encodeCommandComplete(opcode: number, returned: ArrayLike<number>): Uint8Array {
  return encodeEvent(events.commandComplete, [1, opcode & 0xff, opcode >> 8, ...Array.from(returned)]);
}

/** Vol 4 Part E 7.7.65.2. All adverts must fit one event together. */
export function encodeAdvertisingReports(adverts: readonly HeardAdvert[]): Uint8Array {
  const parameters = [leSubevents.advertisingReport, adverts.length];
  for (const advert of adverts) {
    if (advert.data.length > 31) throw new RangeError(`legacy advertisement of ${advert.data.length} bytes`);
    parameters.push(
      advert.pduType ?? 0,
      advert.addressType === 'random' ? 1 : 0,
      ...addressBytes(advert.address),
      advert.data.length,
      ...advert.data,
      rssiByte(advert.rssiDbm),
    );
  }
  return encodeEvent(events.leMeta, parameters);
}

/** Event_Type of a legacy PDU inside an extended report (Vol 4 Part E 7.7.65.13, table). */
const legacyEventType = [0x13, 0x15, 0x12, 0x10, 0x1b] as const;
/** 255 bytes of event − subevent − count − 24 bytes of fixed fields of one report. */
const maxExtendedFragment = 229;

/** Vol 4 Part E 7.7.65.13. Long data goes out in several events, all but the last marked incomplete. */
export function encodeExtendedAdvertisingReports(advert: HeardAdvert): Uint8Array[] {
  const legacy = advert.data.length <= 31;
  const packets: Uint8Array[] = [];
  let at = 0;
  do {
    const fragment = advert.data.subarray(at, at + maxExtendedFragment);
    at += fragment.length;
    const more = at < advert.data.length;
    const eventType = legacy ? legacyEventType[advert.pduType ?? 0] : more ? 0x20 : 0x00;
    packets.push(
      encodeEvent(events.leMeta, [
        leSubevents.extendedAdvertisingReport,
        1,
        eventType & 0xff,
        eventType >> 8,
        advert.addressType === 'random' ? 1 : 0,
        ...addressBytes(advert.address),
        1, // primary PHY: LE 1M
        legacy ? 0 : 1, // secondary PHY
        0xff, // advertising SID: none
        127, // TX power: not available
        rssiByte(advert.rssiDbm),
        0, // periodic interval, 2 bytes: none
        0,
        0, // direct address type and address: none
        ...[0, 0, 0, 0, 0, 0],
        fragment.length,
        ...fragment,
      ]),
    );
  } while (at < advert.data.length);
  return packets;
}

function addressBytes(address: string): number[] {
  const bytes = address.split(':').map((byte) => Number.parseInt(byte, 16));
  if (bytes.length !== 6 || bytes.some(Number.isNaN)) throw new RangeError('not an address');
  return bytes.reverse();
}

function rssiByte(rssiDbm: number | null): number {
  return rssiDbm === null ? rssiUnknown : Math.max(-127, Math.min(20, Math.round(rssiDbm))) & 0xff;
}
