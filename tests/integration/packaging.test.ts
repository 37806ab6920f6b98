/** The packaged kiosk, as far as it can be checked without Electron's runtime. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { join, matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shellPaths } from '../../electron/shell-paths.ts';
import { nativeModules } from '../../tools/checks/native-modules.ts';
import { projectRoot } from '../../tools/launch/child.ts';

interface BuilderConfig {
  files: string[];
  asar: boolean;
  asarUnpack: string[];
  npmRebuild: boolean;
  electronFuses: Record<string, boolean>;
}

/** electron-builder's own reading and check of a configuration. Neither is part of its documented API. */
const builder = createRequire(import.meta.url);
const { loadConfig } = builder('app-builder-lib/out/util/config/load.js') as {
  loadConfig(request: object): Promise<{ result: BuilderConfig; configFile: string } | null>;
};
const { validateConfiguration } = builder('app-builder-lib/out/util/config/config.js') as {
  /** Rejects with what is wrong. */
  validateConfiguration(config: unknown, debugLogger: unknown): Promise<void>;
};
const quietLogger = { isEnabled: false, add: () => {} };

const readText = (path: string) => readFileSync(join(projectRoot, path), 'utf8');
const loaded = await loadConfig({
  packageKey: 'build',
  configFilename: 'electron-builder',
  projectDir: projectRoot,
  packageMetadata: null,
});
if (loaded === null) throw new Error('electron-builder finds no configuration');
const config = loaded.result;
const manifest = JSON.parse(readText('package.json')) as {
  main: string;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
};
const lock = JSON.parse(readText('package-lock.json')) as {
  packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
};

const packed = (path: string) => {
  const included = config.files.filter((pattern) => !pattern.startsWith('!'));
  const excluded = config.files
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => pattern.slice(1));
  const isDependency = path.startsWith('node_modules/');
  return (
    (isDependency || included.some((pattern) => matchesGlob(path, pattern))) &&
    !excluded.some((pattern) => matchesGlob(path, pattern))
  );
};

describe('the configuration of the packaged kiosk', () => {
  it("brings the library of the machine's own adapter with all that it loads on Windows and macOS", () => {
    const name = 'node_modules/@stoprocent/noble';
    expect(manifest.optionalDependencies).toHaveProperty(['@stoprocent/noble']);
    expect(lock.packages[name]?.dev).toBeUndefined();
    const loaded = ['index.js', 'package.json', 'lib/win/bindings.js', 'lib/mac/bindings.js', 'lib/noble.js'];
    for (const file of loaded) expect(packed(`${name}/${file}`), file).toBe(true);
    for (const file of ['debug', 'ms', 'node-gyp-build']) {
      expect(lock.packages[`node_modules/${file}`]?.dev, file).toBeUndefined();
      expect(packed(`node_modules/${file}/package.json`), file).toBe(true);
    }
  });

  it("keeps to electron-builder's schema", async () => {
    await expect(validateConfiguration(config, quietLogger)).resolves.toBeUndefined();
  });

  it('would be refused with a word that the schema does not know', async () => {
    const misspelt = { ...config, asarUnpacked: ['x'] };
    await expect(validateConfiguration(misspelt, quietLogger)).rejects.toThrow(/asarUnpacked/);
  });

  it('leaves nobody a way to run other code in it', () => {
    expect(config.asar).toBe(true);
    expect(config.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  it('unpacks every native module that the kiosk loads, and rebuilds none', () => {
    const nativeInProduct = nativeModules(projectRoot).filter(({ path }) => {
      const owner = Object.keys(lock.packages)
        .filter((name) => name !== '' && path.startsWith(`${name}/`))
        .toSorted((a, b) => b.length - a.length)[0];
      const entry = owner === undefined ? undefined : lock.packages[owner];
      return entry?.dev !== true && entry?.devOptional !== true && packed(path);
    });
    expect(nativeInProduct.map(({ path }) => path)).toContainEqual(expect.stringContaining('better-sqlite3'));
    expect(nativeInProduct.map(({ path }) => path)).toContainEqual(expect.stringContaining('@serialport'));
    // The machine's own adapter, on the two systems that have no BlueZ.
    const noble = nativeInProduct.map(({ path }) => path).filter((path) => path.includes('@stoprocent'));
    expect(noble.map((path) => path.split('/')[4]).toSorted()).toEqual([
      'darwin-x64+arm64',
      'win32-ia32',
      'win32-x64',
    ]);
    const stayInArchive = nativeInProduct.filter(
      ({ path }) => !config.asarUnpack.some((pattern) => matchesGlob(path, pattern)),
    );
    expect(stayInArchive).toEqual([]);
    expect(config.npmRebuild).toBe(false);
  });
});

const isBuilt = existsSync(join(projectRoot, manifest.main));

describe.skipIf(!isBuilt)(
  isBuilt ? 'the built kiosk' : 'the built kiosk (skipped: nothing is built, run "npm run build")',
  () => {
    const mainFolder = join(projectRoot, 'out/main');
    const builtScripts = () =>
      readdirSync(mainFolder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));

    it('has every file that the shell opens, and packs it', () => {
      const { preload, station, renderer } = shellPaths(mainFolder);
      const needed = [
        join(projectRoot, manifest.main),
        preload,
        station,
        join(renderer, 'index.html'),
        join(mainFolder, 'training.js'),
        join(projectRoot, 'node_modules/@electric-sql/pglite/dist/pglite.wasm'),
        join(projectRoot, 'node_modules/@electric-sql/pglite/dist/pglite.data'),
        join(projectRoot, 'package.json'),
      ];
      for (const path of needed) {
        expect(existsSync(path), path).toBe(true);
        const fromRoot = path.slice(projectRoot.length).replaceAll('\\', '/');
        expect(packed(fromRoot), `${fromRoot} is packed`).toBe(true);
      }
    });

    it('has a preload that loads nothing but Electron, as a sandbox demands', () => {
      const preload = readText('out/preload/preload.cjs');
      const required = [...preload.matchAll(/require\(["']([^"']+)["']\)/g)].map((match) => match[1]);
      expect(new Set(required)).toEqual(new Set(['electron']));
      expect(preload).not.toMatch(/^\s*(import|export)\s/m);
    });

    it('imports only what is packed with it', () => {
      const names = new Set<string>();
      for (const script of builtScripts()) {
        const text = readFileSync(join(mainFolder, script), 'utf8');
        for (const match of text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?)["']([^"'.\s][^"'\s]*)["']/g)) {
          names.add(match[1] ?? '');
        }
      }
      const packages = [...names]
        .filter((name) => !isBuiltin(name) && name !== 'electron')
        .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
      expect(packages).toContain('better-sqlite3');
      for (const name of packages) {
        expect(Object.keys(manifest.dependencies), name).toContain(name);
        expect(packed(`node_modules/${name}/package.json`), `${name} is packed`).toBe(true);
      }
    });

    it('shows a page that its own content security policy lets run', () => {
      const html = readText('out/renderer/index.html');
      expect(html).toMatch(/<script type="module" [^>]*src="\.\/assets\//);
      expect(html, 'inline scripts would be refused').not.toMatch(/<script(?![^>]*\bsrc=)/);
      expect(html, 'nothing from a network').not.toMatch(/(src|href)="https?:/);
    });
  },
);
