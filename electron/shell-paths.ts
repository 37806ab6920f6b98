import { join } from 'node:path';

/** Where the built parts lie, seen from the folder of the built main file (`out/main`). */
export function shellPaths(mainFolder: string) {
  return {
    preload: join(mainFolder, '../preload/preload.cjs'),
    station: join(mainFolder, 'station.js'),
    renderer: join(mainFolder, '../renderer'),
  };
}
