import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'electron-vite';
import renderer from './renderer/vite.config.ts';

// electron/main.ts               → out/main/main.js        (ES module)
// station/utility-process.ts     → out/main/station.js     (ES module, forked by the shell)
// training/thread.ts             → out/main/training.js    (ES module, a thread of the station)
// electron/preload.ts            → out/preload/preload.cjs (one CommonJS file: a sandboxed preload can load no other)
// renderer/                      → out/renderer
//
// `dependencies` stay outside the bundles (they are packaged as they are, native modules unpacked);
// `devDependencies` are bundled.
const root = import.meta.dirname;

/** The training's payment server reads its migrations beside itself. */
const serverMigrations = {
  name: 'server-migrations',
  generateBundle(this: { emitFile(file: { type: 'asset'; fileName: string; source: string }): unknown }) {
    const folder = join(root, 'server/db/migrations');
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.sql'))) {
      const source = readFileSync(join(folder, name), 'utf8');
      this.emitFile({ type: 'asset', fileName: `migrations/${name}`, source });
    }
  },
};

export default defineConfig({
  main: {
    plugins: [serverMigrations],
    build: {
      outDir: 'out/main',
      target: 'node24',
      // Stack traces of a kiosk in a shop must be readable.
      minify: false,
      rollupOptions: {
        input: {
          main: join(root, 'electron/main.ts'),
          station: join(root, 'station/utility-process.ts'),
          training: join(root, 'training/thread.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      minify: false,
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: join(root, 'electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    ...renderer,
    // electron-vite bundles this file with the one it imports, so that one's own folder is lost.
    root: join(root, 'renderer'),
    build: {
      ...renderer.build,
      outDir: join(root, 'out/renderer'),
      rollupOptions: {
        input: { index: join(root, 'renderer/index.html'), join: join(root, 'renderer/join.html') },
      },
    },
  },
});
