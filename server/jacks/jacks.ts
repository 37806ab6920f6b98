/** Jacks: tied to a driver and a vehicle, with keys sealed at rest. */
import { createHash } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import { tables } from '../db/index.ts';
import { asPhone, once, refuse } from '../http/index.ts';
import { authKeyPurpose, identityPurpose } from './keys.ts';
import { checkPossession } from './possession.ts';
import { fillWindowsOf } from './windows.ts';

const { jacks, vehicles } = tables;

export const addJack = asPhone.addJack.handler(({ context, input }) =>
  once<{ jackId: string }>(context, `phone:${context.phoneId}`, 'addJack', input, async (work) => {
    const { tx, nowMs, app } = work;
    const [vehicle] = await tx
      .select({ id: vehicles.id })
      .from(vehicles)
      .where(and(eq(vehicles.id, input.vehicleId), eq(vehicles.driverId, context.driverId)));
    if (vehicle === undefined) throw refuse('not-found', 'You have no such vehicle.');
    const key = Buffer.from(input.authenticationKey, 'hex');
    const unproved = await checkPossession(work, context.driverId, key, input.possession);
    if (unproved !== null) return { refusal: unproved };
    const id = newId();
    const { secrets } = input;
    const common = {
      id,
      driverId: context.driverId,
      vehicleId: vehicle.id,
      behaviour: secrets.behaviour,
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
