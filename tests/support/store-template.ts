/**
 * The store as a payment server's first start leaves it, made once and copied into each test's folder: PostgreSQL's own
 * beginning (`initdb`) takes ten seconds in WebAssembly, the copy a tenth of one. Nothing of a test is in it: no site,
 * no key, no row but the list of migrations. Tests that are about a first start do without.
 *
 * It lies in the temporary folder, which `npm test` removes, under a name that says what it was made of.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beginningDigest, masterKeysFrom, openStore } from '../../server/db/index.ts';

function templateFolder(): string {
  return join(tmpdir(), `kiosk-store-${beginningDigest()}`);
}

/** Made elsewhere and then renamed, so that whoever finds it finds all of it, also while two make it at once. */
export async function makeStoreTemplate(): Promise<string> {
  const folder = templateFolder();
  if (existsSync(folder)) return folder;
  const making = mkdtempSync(`${folder}-`);
  const store = await openStore({ kind: 'folder', dataDir: making });
  await store.close();
  try {
    renameSync(join(making, 'pglite'), folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
  rmSync(making, { recursive: true, force: true });
  return folder;
}

/**
 * A payment server's data folder that has its store and its master key already. One that has a store is left as it is.
 *
 * @returns `dataDir`, to be handed on
 */
export async function withStore(dataDir: string): Promise<string> {
  const store = join(dataDir, 'pglite');
  if (!existsSync(store)) {
    mkdirSync(dataDir, { recursive: true });
    cpSync(await makeStoreTemplate(), store, { recursive: true });
    masterKeysFrom(join(dataDir, 'master.key'));
  }
  return dataDir;
}

/** The same in a new temporary folder. */
export function folderWithStore(): Promise<string> {
  return withStore(mkdtempSync(join(tmpdir(), 'cigar-kiosk-server-')));
}
