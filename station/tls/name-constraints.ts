/**
 * The Name Constraints extension (RFC 5280 section 4.2.1.10) of the station's authority, in DER:
 *
 *   SEQUENCE { [0] { SEQUENCE { [2] "local" } … SEQUENCE { [7] address + mask } … } }
 *
 * The certificate library has no class for it.
 */
import { isIPv4 } from 'node:net';
import { siteRanges } from './site-addresses.ts';

const tag = { sequence: 0x30, permittedSubtrees: 0xa0, dnsName: 0x82, ipAddress: 0x87 };

export function nameConstraints(hostName: string | null): Uint8Array<ArrayBuffer> {
  const names = ['local', 'localhost', ...(hostName === null ? [] : [hostName])];
  const subtrees = [
    ...names.map((name) => der(tag.dnsName, Buffer.from(name, 'latin1'))),
    ...siteRanges.map(({ first, bits }) =>
      der(tag.ipAddress, Buffer.concat([bytesOf(first), maskOf(bits, isIPv4(first) ? 4 : 16)])),
    ),
  ].map((base) => der(tag.sequence, base));
  return new Uint8Array(der(tag.sequence, der(tag.permittedSubtrees, Buffer.concat(subtrees))));
}

function der(type: number, content: Buffer): Buffer {
  const { length } = content;
  // Long form in two bytes where one does not do: the whole extension stays far below 64 KiB.
  const head = length < 0x80 ? [type, length] : [type, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

/** Only what stands in the table of ranges: dotted quads, `::1`, and a first group followed by `::`. */
function bytesOf(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const bytes = Buffer.alloc(16);
  const [first = '', last = ''] = address.split('::');
  if (first !== '') bytes.writeUInt16BE(Number.parseInt(first, 16), 0);
  if (last !== '') bytes.writeUInt16BE(Number.parseInt(last, 16), 14);
  return bytes;
}

function maskOf(bits: number, length: number): Buffer {
  const mask = Buffer.alloc(length);
  for (let bit = 0; bit < bits; bit++) mask[bit >> 3] = (mask[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return mask;
}
