import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

const fileName = 'port';

/** Where a program listened when it was last started on this folder: whoever enrolled with it looks for it there. */
export interface KeptPort {
  /** 0: any. */
  port: number;
  /** The former port, when somebody else listens there now. */
  takenPort: number | null;
}

export async function keptPort(folder: string): Promise<KeptPort> {
  const former = formerPort(folder);
  if (former === null) return { port: 0, takenPort: null };
  const port = await freePort(former);
  return { port, takenPort: port === former ? null : former };
}

export function keepPort(folder: string, url: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, fileName), `${new URL(url).port}\n`);
}

function formerPort(folder: string): number | null {
  try {
    const port = Number(readFileSync(join(folder, fileName), 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
  } catch {
    return null;
  }
}
