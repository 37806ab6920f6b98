import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { projectRoot } from '../launch/child.ts';

/** Node's own version must do for TypeScript without a build and for better-sqlite3. */
export const oldestNodeMajor = 22;

/** The exit code given to a program that ran past its limit, as `timeout` gives it. */
export const lateCode = 124;

const bin = join(projectRoot, 'node_modules/.bin');
const onWindows = process.platform === 'win32';

/**
 * Runs one program of node_modules/.bin with its output shown and nothing on its standard input.
 * @returns its exit code; `lateCode` when it ran past `limitMs` and was ended.
 */
export async function runProgram(
  command: readonly [program: string, ...args: string[]],
  options: { limitMs: number; env?: NodeJS.ProcessEnv },
): Promise<number> {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd: projectRoot,
    // .bin first: its `node` is the pinned one, whatever the machine has.
    env: { ...process.env, ...options.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: onWindows,
    // A group of its own, so that a runner that hangs ends with all that it started.
    detached: !onWindows,
  });
  const endAll = (signal: NodeJS.Signals) => {
    if (child.pid === undefined) return;
    try {
      if (onWindows) child.kill(signal);
      else process.kill(-child.pid, signal);
    } catch {
      // It ended by itself in this very moment.
    }
  };
  const interrupt = () => endAll('SIGTERM');
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endAll('SIGKILL');
  }, options.limitMs);
  try {
    const code = await new Promise<number>((resolve) => {
      child.once('error', () => resolve(127));
      child.once('exit', (exitCode) => resolve(exitCode ?? 1));
    });
    return late ? lateCode : code;
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
