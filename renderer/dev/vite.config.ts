import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The component page; built beside the kiosk, never into it. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: '../../out/renderer-dev',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
  },
});
