import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileSizeFaults } from './file-sizes.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'file-sizes-'));
  mkdirSync(join(root, 'station/db/migrations'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const write = (path: string, lines: number) => writeFileSync(join(root, path), 'x\n'.repeat(lines));

describe('the size of a source file', () => {
  it('may be 500 lines and not 501', () => {
    write('station/fits.ts', 500);
    expect(fileSizeFaults(root, {})).toEqual([]);
    write('station/long.ts', 501);
    expect(fileSizeFaults(root, {})).toEqual([expect.stringContaining('station/long.ts has 501 lines')]);
  });

  it('may be larger for a reason that is written down', () => {
    write('station/long.ts', 501);
    expect(fileSizeFaults(root, { 'station/long.ts': 'a table of the specification' })).toEqual([]);
  });

  it('loses its exception when it no longer needs one', () => {
    expect(fileSizeFaults(root, { 'station/gone.ts': 'was long' })).toEqual([
      expect.stringContaining('take it off the list'),
    ]);
  });

  it('does not count what a tool generated', () => {
    write('station/db/migrations/snapshot.ts', 900);
    expect(fileSizeFaults(root, {})).toEqual([]);
  });
});
