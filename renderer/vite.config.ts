import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * The page carries its own content security policy, so that it holds however it is served.
 * Mantine writes its theme as a style element: hence 'unsafe-inline' for styles, and for nothing else.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const policy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
      injectTo: 'head-prepend',
    },
  ],
};

/**
 * Writes down what the join page is made of (`join-files.json`): the station serves these files, and no others, to
 * a device that nobody has let in. Found by name, from the page on: what no file of it names is not needed by it.
 */
const joinFiles: Plugin = {
  name: 'join-files',
  apply: 'build',
  enforce: 'post',
  writeBundle(options, bundle) {
    const folder = options.dir ?? '';
    const all = Object.keys(bundle).filter((file) => !file.endsWith('.html') && !file.endsWith('.map'));
    const needed = new Set<string>();
    const look = (file: string) => {
      const text = readFileSync(join(folder, file), 'utf8');
      for (const other of all) {
        if (needed.has(other) || !text.includes(basename(other))) continue;
        needed.add(other);
        if (/\.(js|css)$/.test(other)) look(other);
      }
    };
    look('join.html');
    writeFileSync(join(folder, 'join-files.json'), JSON.stringify([...needed].sort()));
  },
};

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react(), policy, joinFiles],
  build: {
    outDir: '../out/renderer',
    rollupOptions: {
      input: {
        index: join(import.meta.dirname, 'index.html'),
        join: join(import.meta.dirname, 'join.html'),
      },
    },
    emptyOutDir: true,
    target: 'es2023',
    // Said, because electron-vite leaves it out: the packaged kiosk would evaluate twice the bytes before its first picture.
    minify: 'oxc',
    // Fonts stay files: `font-src 'self'` allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
});
