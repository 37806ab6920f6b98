/** Jacks: tied to a driver and a vehicle, with keys sealed at rest. */
import { createHash } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import type { RotatingJack } from '../../shared/eid/index.ts';
import { fillWindowsOf } from '../codes/windows.ts';
import type { SecretBox } from '../db/index.ts';
import { tables } from '../db/index.ts';
import type { JackRow } from '../db/schema.ts';
import { asPhone } from '../http/context.ts';
import { once } from '../http/idempotency.ts';
import { refuse } from '../http/problem.ts';

const { jacks, vehicles } = tables;

export const identityPurpose = (jackId: string) => `jack identity ${jackId}`;
export const authKeyPurpose = (jackId: string) => `jack auth ${jackId}`;

/** The OCRA key of a jack (32 bytes). */
export function authKeyOf(secrets: SecretBox, jack: JackRow): Buffer {
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

export const addJack = asPhone.addJack.handler(({ context, input }) =>
  once(context, `phone:${context.phoneId}`, 'addJack', input, async (work) => {
    const { tx, nowMs, app } = work;
    const [vehicle] = await tx
      .select({ id: vehicles.id })
      .from(vehicles)
      .where(and(eq(vehicles.id, input.vehicleId), eq(vehicles.driverId, context.driverId)));
    if (vehicle === undefined) throw refuse('not-found', 'You have no such vehicle.');
    const id = newId();
    const { secrets } = input;
    const common = {
      id,
      driverId: context.driverId,
      vehicleId: vehicle.id,
      behaviour: secrets.behaviour,
      authKeySealed: app.secrets.seal(Buffer.from(input.authenticationKey, 'hex'), authKeyPurpose(id)),
      createdAtMs: nowMs,
    };
    const [jack] = await tx
      .insert(jacks)
      .values(
        secrets.behaviour === 'static'
          ? { ...common, staticCode: secrets.code }
          : {
              ...common,
              identitySealed: app.secrets.seal(Buffer.from(secrets.identityKey, 'hex'), identityPurpose(id)),
              identityHash: createHash('sha256').update(`identity ${secrets.identityKey}`).digest('hex'),
              rotationExponent: secrets.rotationExponent,
              counterSeconds: secrets.counterSeconds,
              counterAtMs: secrets.counterAtMs,
            },
      )
      .onConflictDoNothing()
      .returning();
    if (jack === undefined) {
      throw refuse(
        'code-already-registered',
        'This jack already belongs to somebody. A jack has one owner at a time.',
      );
    }
    if (jack.behaviour === 'rotating') await fillWindowsOf(work, [jack]);
    return { answer: { jackId: id } };
  }),
);
