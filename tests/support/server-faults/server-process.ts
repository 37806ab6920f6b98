/** Payment servers as processes of their own, as an operator runs them: `server/main.ts`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));

export interface ServerProcess {
  url: string;
  child: ChildProcess;
  /** What it said on standard error, at most the last 200 lines. */
  complaints: string[];
  /** Resolves with the exit code, or the signal that ended it. */
  ended: Promise<number | string>;
  /** As an operator stops it. */
  stop(): Promise<void>;
}

/**
 * Starts one and waits for its word that it is ready.
 *
 * @throws what it complained of, when it ended instead
 */
export async function startServerProcess(args: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['server/main.ts', ...args], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    complaints.push(line);
    if (complaints.length > 200) complaints.shift();
  });
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? -1));
  });
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /^Payment server ready at (http:\S+)$/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const first = await Promise.race([ready, ended]);
  if (typeof first === 'number' || !first.startsWith('http')) {
    throw new Error(`The server ended with ${first} before it was ready:\n${complaints.join('\n')}`);
  }
  return {
    url: first,
    child,
    complaints,
    ended,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
