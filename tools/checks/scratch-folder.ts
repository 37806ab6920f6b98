/**
 * Where a test run writes: a folder in memory where the machine has one. Tests prove that a commit is flushed before
 * it is answered by killing programs, and a killed program's pages survive in the kernel on any file system; that a disk
 * takes 7 ms for each of their hundred thousand flushes proves nothing more and costs minutes. Benchmarks, which measure
 * flushes, keep the disk.
 */
import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux's file system in memory. */
const inMemory = '/dev/shm';
/** Containers often have 64 MB there; several PostgreSQLs and browsers want more. */
const neededBytes = 4 * 2 ** 30;

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= neededBytes;
  } catch {
    return false;
  }
}

export interface ScratchFolder {
  path: string;
  inMemory: boolean;
  remove(): void;
}

/** @param memory the folder that is taken where it has room, else the system's temporary one */
export function makeScratchFolder(memory: string = inMemory): ScratchFolder {
  const room = hasRoom(memory);
  const path = mkdtempSync(join(room ? memory : tmpdir(), 'kiosk-test-'));
  // PostgreSQL runs as another user where the tests run as root, and has to get through.
  chmodSync(path, 0o711);
  return { path, inMemory: room, remove: () => rmSync(path, { recursive: true, force: true }) };
}
