/**
 * The codes that jacks broadcast, as one text form that every part of the product agrees on.
 *
 *   eddystone-uid:<32 hex>   10-byte namespace (the operator) + 6-byte instance (the jack)
 *   eddystone-eid:<16 hex>   8-byte ephemeral identifier, changes every 2^K seconds
 *   ibeacon:<40 hex>         16-byte UUID + major + minor
 *   altbeacon:<40 hex>       20-byte beacon id
 *
 * A code is text everywhere (also in SQLite): leading zeros are part of it.
 */

export const beaconKinds = ['eddystone-uid', 'eddystone-eid', 'ibeacon', 'altbeacon'] as const;
export type BeaconKind = (typeof beaconKinds)[number];

/** Length of each kind's identifier in hex digits (two per byte). */
export const codeHexLength: Record<BeaconKind, number> = {
  'eddystone-uid': 32,
  'eddystone-eid': 16,
  ibeacon: 40,
  altbeacon: 40,
};

declare const beaconCodeBrand: unique symbol;
/** `<kind>:<lower-case hex>`; made only by {@link beaconCode} and {@link parseBeaconCode}. */
export type BeaconCode = string & { readonly [beaconCodeBrand]: true };

/** How a code behaves over time: a static one can be copied, a rotating one dies within minutes. */
export type CodeBehaviour = 'static' | 'rotating';

/** @throws RangeError when `hex` is not exactly the identifier of that kind (a bug, not bad input). */
export function beaconCode(kind: BeaconKind, hex: string): BeaconCode {
  const code = parseBeaconCode(`${kind}:${hex}`);
  if (code === null) throw new RangeError(`not a ${kind} code: ${hex.length} characters`);
  return code;
}

/** Text → code, or null when it is not one. Upper-case hex is accepted and folded. */
export function parseBeaconCode(text: string): BeaconCode | null {
  const colon = text.indexOf(':');
  if (colon < 0) return null;
  const kind = beaconKinds.find((k) => k === text.slice(0, colon));
  if (kind === undefined) return null;
  const hex = text.slice(colon + 1).toLowerCase();
  if (hex.length !== codeHexLength[kind] || !/^[0-9a-f]*$/.test(hex)) return null;
  return `${kind}:${hex}` as BeaconCode;
}

export function beaconKindOf(code: BeaconCode): BeaconKind {
  const kind = beaconKinds.find((k) => code.startsWith(`${k}:`));
  if (kind === undefined) throw new RangeError('a BeaconCode without a kind');
  return kind;
}

/** The identifier alone, lower-case hex. */
export function codeHexOf(code: BeaconCode): string {
  return code.slice(code.indexOf(':') + 1);
}

export function codeBehaviourOf(code: BeaconCode): CodeBehaviour {
  return beaconKindOf(code) === 'eddystone-eid' ? 'rotating' : 'static';
}
