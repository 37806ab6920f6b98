/** The keys of jacks, sealed at rest. */
import type { RotatingJack } from '../../shared/eid/index.ts';
import type { SecretBox } from '../db/index.ts';
import type { JackRow } from '../db/schema.ts';

export const identityPurpose = (jackId: string) => `jack identity ${jackId}`;
export const authKeyPurpose = (jackId: string) => `jack auth ${jackId}`;

/** The OCRA key of a jack (32 bytes). */
export function authKeyOf(secrets: SecretBox, jack: Pick<JackRow, 'id' | 'authKeySealed'>): Buffer {
  return secrets.open(jack.authKeySealed, authKeyPurpose(jack.id));
}

/** What is needed to reckon a rotating jack's codes; null for a static one. */
export function rotatingJackOf(secrets: SecretBox, jack: JackRow): RotatingJack | null {
  const { identitySealed, rotationExponent, counterSeconds, counterAtMs } = jack;
  if (
    identitySealed === null ||
    rotationExponent === null ||
    counterSeconds === null ||
    counterAtMs === null
  ) {
    return null;
  }
  const identityKey = secrets.open(identitySealed, identityPurpose(jack.id));
  return { identityKey, rotationExponent, counterSeconds, counterAtMs };
}
