import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fromKeptBeginning } from './kept-beginning.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function newFolder(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'beginning-')), 'store');
  folders.push(join(folder, '..'));
  return folder;
}

/** A store that remembers what it began from; a copy other than `good` does not open. */
async function beginsFrom(folder: string, packed = 'good'): Promise<string> {
  const { from } = await fromKeptBeginning(folder, async (copy) => {
    const from = copy === undefined ? 'nothing' : await copy.text();
    if (from !== 'nothing' && from !== 'good') throw new Error('damaged');
    return { from, client: { exec: async () => [], dumpDataDir: async () => new Blob([packed]) } };
  });
  return from;
}

describe('a store that begins from what was kept', () => {
  it('is begun from nothing once, and from the copy after that', async () => {
    const folder = newFolder();
    expect(await beginsFrom(folder)).toBe('nothing');
    expect(readdirSync(folder)).toHaveLength(1);
    expect(await beginsFrom(folder)).toBe('good');
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('is made anew where the copy is damaged', async () => {
    const folder = newFolder();
    await beginsFrom(folder);
    const [name = ''] = readdirSync(folder);
    truncateSync(join(folder, name), 2);
    expect(await beginsFrom(folder)).toBe('nothing');
    expect(await beginsFrom(folder)).toBe('good');
  });

  it('of another version is cleared away', async () => {
    const folder = newFolder();
    await beginsFrom(folder);
    writeFileSync(join(folder, 'store-0123456789abcdef.tar.gz'), 'good');
    const [mine = ''] = readdirSync(folder).filter((name) => !name.includes('0123456789abcdef'));
    rmSync(join(folder, mine));
    expect(await beginsFrom(folder)).toBe('nothing');
    expect(readdirSync(folder)).toEqual([mine]);
  });

  it('begins all the same where nothing can be kept', async () => {
    const folder = newFolder();
    writeFileSync(folder, 'a file where the folder should be');
    expect(await beginsFrom(folder)).toBe('nothing');
  });
});
