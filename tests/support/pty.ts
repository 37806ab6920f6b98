/** A virtual cable: two PTYs joined by socat, each with a name of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Cable {
  /** The end that the station opens. */
  stationEnd: string;
  /** The end that the controller (or another writer) opens. */
  deviceEnd: string;
  /** Pulls the cable out: both devices vanish. */
  pull(): Promise<void>;
}

export async function plugCable(): Promise<Cable> {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-pty-'));
  const stationEnd = join(folder, 'station');
  const deviceEnd = join(folder, 'device');
  const socat: ChildProcess = spawn(
    'socat',
    [`pty,raw,echo=0,link=${stationEnd}`, `pty,raw,echo=0,link=${deviceEnd}`],
    { stdio: 'ignore' },
  );
  const exited = new Promise<void>((resolve) => {
    socat.once('exit', () => resolve());
    socat.once('error', () => resolve());
  });
  const giveUpAtMs = Date.now() + 5000;
  while (!(existsSync(stationEnd) && existsSync(deviceEnd))) {
    if (Date.now() > giveUpAtMs || socat.exitCode !== null) throw new Error('socat made no PTYs');
    await delay(10);
  }
  return {
    stationEnd,
    deviceEnd,
    async pull() {
      socat.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
