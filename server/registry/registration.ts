/**
 * Jacks: tied to a driver and a vehicle, with keys sealed at rest.
 *
 *   proof that the key is at hand ─► static code: on the makers' list? ─ no ──────────────► free? ─► theirs
 *                                            │ with another key: refused        with this key │ ▲
 *                                            └ with this key ────────────────────────────────►┤ │ whoever has it with
 *                                                                                            taken │ another key loses it
 *                                                                                             └─┘
 */
import { createHash } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { isSameSecret } from '../../shared/auth-code/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { App, Work } from '../app.ts';
import { tables } from '../db/index.ts';
import type { JackRow } from '../db/schema.ts';
import { asPhone, once, refuse } from '../http/index.ts';
import {
  agreedKeyOf,
  authKeyOf,
  authKeyPurpose,
  checkPossession,
  fillWindowsOf,
  identityPurpose,
  keyHashOf,
  listingOf,
} from '../jacks/index.ts';
import { endWhatWaits } from './blocks.ts';
import { retire } from './ownership.ts';

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
    const listing = secrets.behaviour === 'static' ? await listingOf(tx, secrets.code, key) : 'not-listed';
    const id = newId();
    const common = {
      id,
      driverId: context.driverId,
      vehicleId: vehicle.id,
      behaviour: secrets.behaviour === 'static' ? ('static' as const) : ('rotating' as const),
      authKeySealed: app.secrets.seal(key, authKeyPurpose(id)),
      createdAtMs: nowMs,
    };
    const values =
      secrets.behaviour === 'static'
        ? { ...common, staticCode: secrets.code }
        : {
            ...common,
            ...sealedIdentity(app, id, identityKey),
            rotationExponent: secrets.rotationExponent,
            counterSeconds: secrets.counterSeconds,
            counterAtMs: secrets.counterAtMs,
          };
    let jack: JackRow | null = null;
    // As many statements as for a code that is taken: which of the two it is is not found out.
    if (listing === 'another-key') await holderOf(work, values);
    else jack = await insertJack(work, values);
    if (jack === null && listing === 'this-key' && (await displaceWrongHolder(work, values, key))) {
      jack = await insertJack(work, values);
    }
    if (jack === null) {
      // Returned, so that the challenge stays used: whose codes exist is found out ten times in ten minutes at most.
      return {
        refusal: refuse(
          'code-already-registered',
          'This jack belongs to somebody, or is another than the one whose code this is. A jack has one owner at a time.',
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

type JackValues = typeof jacks.$inferInsert;

/** @returns null when the code or the identity key is somebody's */
async function insertJack({ tx }: Work, values: JackValues): Promise<JackRow | null> {
  const [jack] = await tx.insert(jacks).values(values).onConflictDoNothing().returning();
  return jack ?? null;
}

async function holderOf({ tx }: Work, { staticCode }: JackValues): Promise<JackRow | null> {
  if (staticCode === undefined || staticCode === null) return null;
  const [holder] = await tx.select().from(jacks).where(eq(jacks.staticCode, staticCode)).for('update');
  return holder ?? null;
}

/**
 * Who registered a listed code before it was listed, with a key of their own, never had this jack: they lose it to who
 * proves the listed key. What waits for their yes ends, what is held goes back.
 *
 * @returns whether the code is free now
 */
async function displaceWrongHolder(work: Work, values: JackValues, listedKey: Uint8Array): Promise<boolean> {
  const holder = await holderOf(work, values);
  if (holder === null) return true;
  const theirs = keyHashOf(authKeyOf(work.app.secrets, holder));
  if (isSameSecret(theirs, keyHashOf(listedKey))) return false;
  await endWhatWaits(work, holder.id);
  await retire(work, holder);
  work.app.log.warn('jack-displaced', { jackId: holder.id, byJackId: values.id });
  return true;
}
