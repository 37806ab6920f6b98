/**
 * A store in memory that begins from a copy. PostgreSQL's own beginning (`initdb`, in WebAssembly) and the migrations
 * take many seconds and leave the same each time: it is kept in a file, and unpacked the next time.
 *
 *   file there ──unpack──▶ store
 *   no file, or one that does not open ──initdb, migrations──▶ store ──pack──▶ file
 *
 * Nothing of anybody is in it: no site, no key, no row but the list of migrations. Its name says what it was made of,
 * so another version of PGlite or of the migrations makes its own and removes the old one.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { migrationsFolder } from './migrate.ts';

const prefix = 'store-';
const packed = 'application/gzip';

/** PGlite's own manifest, which names its version; its code may be packed in another form than the one resolved here. */
function pgliteManifest(): string {
  const name = '@electric-sql/pglite';
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const path = folders.map((folder) => join(folder, name, 'package.json')).find((one) => existsSync(one));
  if (path === undefined) throw new Error(`${name} is not installed`);
  return readFileSync(path, 'utf8');
}

/** What a store is at its beginning, in sixteen letters: the same for the same PGlite and migrations. */
export function beginningDigest(): string {
  const digest = createHash('sha256').update(pgliteManifest());
  for (const name of readdirSync(migrationsFolder).sort()) {
    digest.update(readFileSync(new URL(name, migrationsFolder)));
  }
  return digest.digest('hex').slice(0, 16);
}

/**
 * @param folder where the file is kept; made if it is not there
 * @param begin opens the store, from a copy or from nothing
 */
export async function fromKeptBeginning<S extends { client: Pick<PGlite, 'exec' | 'dumpDataDir'> }>(
  folder: string,
  begin: (copy?: Blob) => Promise<S>,
): Promise<S> {
  const name = `${prefix}${beginningDigest()}.tar.gz`;
  const path = join(folder, name);
  const copy = readIfThere(path);
  if (copy !== null) {
    try {
      return await begin(new Blob([copy], { type: packed }));
    } catch {
      // Damaged on the disk: it is made anew.
      rmSync(path, { force: true });
    }
  }
  const begun = await begin();
  try {
    // What is unpacked has nothing to catch up with from its write-ahead log.
    await begun.client.exec('CHECKPOINT');
    const dump = await begun.client.dumpDataDir('gzip');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    keep(path, new Uint8Array(await dump.arrayBuffer()));
    for (const other of readdirSync(folder)) {
      if (other.startsWith(prefix) && other !== name) rmSync(join(folder, other), { force: true });
    }
  } catch {
    // No room or no right to write: the next one takes its time, too.
  }
  return begun;
}

function readIfThere(path: string): Uint8Array<ArrayBuffer> | null {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    return null;
  }
}

/** Whole or not at all, also after a power cut, and also while another one is kept. */
function keep(path: string, bytes: Uint8Array): void {
  const making = `${path}.${process.pid}-${performance.now()}`;
  const file = openSync(making, 'wx', 0o600);
  try {
    writeSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(making, path);
}
