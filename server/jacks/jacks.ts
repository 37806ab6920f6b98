/** Jacks: tied to a driver and a vehicle, with keys sealed at rest. */
import { createHash } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import type { App, Work } from '../app.ts';
import { tables } from '../db/index.ts';
import { asPhone, once, refuse } from '../http/index.ts';
import { authKeyPurpose, identityPurpose } from './keys.ts';
import { agreedKeyOf, checkPossession } from './possession.ts';
import { fillWindowsOf } from './windows.ts';

const { jacks, vehicles } = tables;

type NewJack = Parameters<Parameters<typeof asPhone.addJack.handler>[0]>[0]['input'];

/** null for a static jack, and where no key is arrived at. */
async function identityKeyOf(work: Work, driverId: string, input: NewJack): Promise<Buffer | null> {
  const { secrets, possession } = input;
  switch (secrets.behaviour) {
    case 'static':
      return null;
    case 'rotating':
      return Buffer.from(secrets.identityKey, 'hex');
    case 'rotating-agreed': {
      const beaconPublicKey = Buffer.from(secrets.beaconPublicKey, 'hex');
      return agreedKeyOf(work, driverId, possession.challengeId, beaconPublicKey);
    }
  }
}

function sealedIdentity(app: App, jackId: string, identityKey: Buffer | null) {
  if (identityKey === null) throw new Error('a rotating jack without its identity key');
  const text = identityKey.toString('hex');
  return {
    identitySealed: app.secrets.seal(identityKey, identityPurpose(jackId)),
    identityHash: createHash('sha256').update(`identity ${text}`).digest('hex'),
  };
}

export const addJack = asPhone.addJack.handler(({ context, input }) =>
  once<{ jackId: string }>(context, `phone:${context.phoneId}`, 'addJack', input, async (work) => {
    const { tx, nowMs, app } = work;
    const [vehicle] = await tx
      .select({ id: vehicles.id })
      .from(vehicles)
      .where(and(eq(vehicles.id, input.vehicleId), eq(vehicles.driverId, context.driverId)));
    if (vehicle === undefined) throw refuse('not-found', 'You have no such vehicle.');
    const key = Buffer.from(input.authenticationKey, 'hex');
    const { secrets } = input;
    // Before the proof, which uses the challenge up with the server's half of the key.
    const identityKey = await identityKeyOf(work, context.driverId, input);
    const unproved = await checkPossession(work, context.driverId, key, input.possession);
    if (unproved !== null) return { refusal: unproved };
    if (secrets.behaviour !== 'static' && identityKey === null) {
      return { refusal: refuse('invalid-request', 'The jack’s public key gives no secret.') };
    }
    const id = newId();
    const common = {
      id,
      driverId: context.driverId,
      vehicleId: vehicle.id,
      behaviour: secrets.behaviour === 'static' ? ('static' as const) : ('rotating' as const),
      authKeySealed: app.secrets.seal(key, authKeyPurpose(id)),
      createdAtMs: nowMs,
    };
    const [jack] = await tx
      .insert(jacks)
      .values(
        secrets.behaviour === 'static'
          ? { ...common, staticCode: secrets.code }
          : {
              ...common,
              ...sealedIdentity(app, id, identityKey),
              rotationExponent: secrets.rotationExponent,
              counterSeconds: secrets.counterSeconds,
              counterAtMs: secrets.counterAtMs,
            },
      )
      .onConflictDoNothing()
      .returning();
    if (jack === undefined) {
      // Returned, so that the challenge stays used: whose codes exist is found out ten times in ten minutes at most.
      return {
        refusal: refuse(
          'code-already-registered',
          'This jack already belongs to somebody. A jack has one owner at a time.',
        ),
      };
    }
    if (jack.behaviour === 'rotating') await fillWindowsOf(work, [jack]);
    if (app.demoSiteId !== null) {
      await tx.insert(tables.siteRegulars).values({ siteId: app.demoSiteId, jackId: id });
      work.tellSite(app.demoSiteId, { type: 'expected-codes-changed' });
    }
    return { answer: { jackId: id } };
  }),
);
