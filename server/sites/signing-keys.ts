/** The keys that expected lists are signed with: sealed at rest, the newest signs, each vouches for the next. */
import { asc, desc, eq } from 'drizzle-orm';
import { endorse, newSigningKey, type SigningKey } from '../../shared/auth-code/index.ts';
import type { App } from '../app.ts';
import { type Db, type Tx, tables } from '../db/index.ts';
import { asSite } from '../http/index.ts';

const { signingKeys: keyRows } = tables;
export const signingKeyPurpose = (generation: number) => `signing key ${generation}`;

/** The newest; made where there is none yet. Of two servers that make it at once, one wins. */
export async function currentSigningKey(
  app: Pick<App, 'secrets' | 'clock'>,
  db: Db | Tx,
): Promise<SigningKey & { privateKey: Buffer }> {
  for (;;) {
    const [row] = await db.select().from(keyRows).orderBy(desc(keyRows.generation)).limit(1);
    if (row !== undefined) {
      const { generation, publicKey, privateSealed } = row;
      return {
        ...{ generation, publicKey },
        privateKey: app.secrets.open(privateSealed, signingKeyPurpose(generation)),
      };
    }
    await addKey(app, db, 1, null);
  }
}

/** A new key signs from now on; the one before vouches for it, so that stations follow by themselves. */
export async function rotateSigningKey(app: App): Promise<number> {
  const { generation, privateKey } = await currentSigningKey(app, app.db);
  await addKey(app, app.db, generation + 1, privateKey);
  return (await currentSigningKey(app, app.db)).generation;
}

async function addKey(
  app: Pick<App, 'secrets' | 'clock'>,
  db: Db | Tx,
  generation: number,
  olderPrivateKey: Buffer | null,
): Promise<void> {
  const { publicKey, privateKey } = newSigningKey();
  await db
    .insert(keyRows)
    .values({
      generation,
      publicKey,
      privateSealed: app.secrets.seal(privateKey, signingKeyPurpose(generation)),
      endorsement: olderPrivateKey === null ? null : endorse(olderPrivateKey, { generation, publicKey }),
      createdAtMs: app.clock.nowMs(),
    })
    .onConflictDoNothing();
}

/** Seals them under the newest master key. @returns how many were sealed anew */
export async function resealSigningKeys(app: App): Promise<number> {
  let resealed = 0;
  for (const row of await app.db.select().from(keyRows)) {
    if (app.secrets.isCurrent(row.privateSealed)) continue;
    const purpose = signingKeyPurpose(row.generation);
    const privateSealed = app.secrets.seal(app.secrets.open(row.privateSealed, purpose), purpose);
    await app.db.update(keyRows).set({ privateSealed }).where(eq(keyRows.generation, row.generation));
    resealed++;
  }
  return resealed;
}

export const signingKeys = asSite.signingKeys.handler(async ({ context }) => {
  const { app } = context;
  await currentSigningKey(app, app.db);
  const rows = await app.db.select().from(keyRows).orderBy(asc(keyRows.generation));
  return {
    keys: rows.map(({ generation, publicKey, endorsement }) => ({ generation, publicKey, endorsement })),
  };
});
