import { existsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeScratchFolder } from './scratch-folder.ts';

describe('the folder that a test run writes to', () => {
  it('is the system’s temporary one where there is none in memory, lets others through, and goes with the run', () => {
    const folder = makeScratchFolder(join(tmpdir(), 'no-such-folder'));
    expect(folder.inMemory).toBe(false);
    expect(dirname(folder.path)).toBe(tmpdir());
    if (process.platform !== 'win32') expect(statSync(folder.path).mode & 0o777).toBe(0o711);
    folder.remove();
    expect(existsSync(folder.path)).toBe(false);
  });
});
