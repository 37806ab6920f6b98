/**
 * The programs of the system that the tests lean on, and how to get them.
 *
 *   node tools/system-packages.ts     installs what is missing (Debian or Ubuntu, as root),
 *                                     else names the one command that does
 *
 * Tests that need one of them skip themselves with the reason where it is missing; only the browser is a must.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findChromium } from './launch/window.ts';

export interface SystemPackage {
  /** Name of the Debian package. */
  debian: string;
  /** What the tests use it for. */
  usedFor: string;
  isPresent(): boolean;
}

function onPath(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

const quietly = (program: string, ...args: string[]) =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

export const systemPackages: readonly SystemPackage[] = [
  {
    debian: 'chromium',
    usedFor: 'end-to-end tests of the kiosk',
    isPresent: () => findChromium() !== null,
  },
  { debian: 'socat', usedFor: 'pairs of virtual serial ports', isPresent: () => onPath('socat') },
  { debian: 'udev', usedFor: 'listing serial ports (udevadm)', isPresent: () => onPath('udevadm') },
  {
    debian: 'dbus',
    usedFor: 'a message bus of its own for BlueZ tests',
    isPresent: () => onPath('dbus-daemon'),
  },
  {
    debian: 'python3-dbusmock',
    usedFor: 'a mock of BlueZ on that bus',
    isPresent: () => quietly('/usr/bin/python3', '-c', 'import dbusmock'),
  },
];

export interface Outcome {
  /** Whether the tests can go on. */
  ok: boolean;
  lines: string[];
}

/** Looks, installs what it may, looks again. Never asks anything. */
export function ensureSystemPackages(packages: readonly SystemPackage[] = systemPackages): Outcome {
  const missing = packages.filter((each) => !each.isPresent());
  if (missing.length === 0) return { ok: true, lines: [`all present: ${names(packages)}`] };
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) {
    return {
      ok: findChromium() !== null,
      lines: [
        `missing: ${missing.map((each) => `${each.debian} (${each.usedFor})`).join(', ')}`,
        'This is not Debian or Ubuntu: install what matches these by your own package manager.',
        'Only a Chromium or Chrome is a must (CHROMIUM=/path/to/it); tests that need another one say that they were skipped.',
      ],
    };
  }
  const command = `apt-get update && apt-get install -y --no-install-recommends ${names(missing)}`;
  if (process.getuid?.() !== 0) {
    return { ok: false, lines: [`missing: ${names(missing)}. Run this once:`, `  sudo sh -c '${command}'`] };
  }
  const { status } = spawnSync('sh', ['-c', command], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const still = packages.filter((each) => !each.isPresent());
  if (status === 0 && still.length === 0) return { ok: true, lines: [`installed: ${names(missing)}`] };
  return { ok: false, lines: [`could not install: ${names(still)}. The command was:`, `  ${command}`] };
}

const names = (packages: readonly SystemPackage[]) => packages.map((each) => each.debian).join(' ');

if (import.meta.main) {
  const { ok, lines } = ensureSystemPackages();
  for (const line of lines) process.stdout.write(`${line}\n`);
  process.exit(ok ? 0 : 1);
}
