/**
 * One program of ours as a child process: started with the same Node, its standard output read line
 * by line, ended by its own process id and no other. Used by `npm start` and by the end-to-end tests,
 * so that both run the very programs an operator would.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const endWithParent = new URL('end-with-parent.ts', import.meta.url).href;
export const quickPackages = new URL('quick-packages.mjs', import.meta.url).href;
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** For programs of ours: what Node made of their sources is kept there for the next start. */
export const compileCache = join(projectRoot, 'node_modules/.cache/compiled');

export interface Program {
  readonly name: string;
  readonly pid: number;
  /** Resolves with the exit code (or the signal's name) once the process is gone. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** The last lines of both outputs, for error messages. */
  lastLines(): string;
  /** SIGTERM, then SIGKILL when it has not ended after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

export interface LaunchOptions<T> {
  name: string;
  /** The TypeScript file, from the project's root. */
  entry: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  /** Looks at each line of standard output; what it returns first (not undefined) is the program's greeting. */
  ready(line: string): T | undefined;
  readyTimeoutMs?: number;
  onLine?(line: string, from: 'stdout' | 'stderr'): void;
}

const keptLines = 60;

/**
 * Starts a program and waits for its greeting.
 * @throws Error with the program's last lines when it ends or stays silent before greeting.
 */
export async function launch<T>(options: LaunchOptions<T>): Promise<{ program: Program; greeting: T }> {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', quickPackages, '--import', endWithParent, options.entry, ...options.args],
    {
      cwd: projectRoot,
      env: { NODE_COMPILE_CACHE: compileCache, ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Ctrl-C reaches only the parent, which ends its children in order.
      detached: process.platform !== 'win32',
    },
  );
  const lines: string[] = [];
  const keep = (line: string) => {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
  };
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('error', () => resolve(-1));
    child.once('exit', (code, signal) => resolve(signal ?? code ?? -1));
  });
  const greeting = Promise.withResolvers<T>();
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      keep(line);
      options.onLine?.(line, 'stdout');
      const value = options.ready(line);
      if (value !== undefined) greeting.resolve(value);
    });
  }
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      keep(line);
      options.onLine?.(line, 'stderr');
    });
  }
  const program: Program = {
    name: options.name,
    pid: child.pid ?? -1,
    exited,
    lastLines: () => lines.join('\n'),
    kill: (signal) => void child.kill(signal),
    async stop(graceMs = 8000) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
  const timeout = setTimeout(
    () => greeting.reject(new Error(`${options.name} did not get ready in time:\n${program.lastLines()}`)),
    options.readyTimeoutMs ?? 60_000,
  );
  void exited.then((how) =>
    greeting.reject(new Error(`${options.name} ended (${how}) before it was ready:\n${program.lastLines()}`)),
  );
  try {
    return { program, greeting: await greeting.promise };
  } catch (error) {
    await program.stop();
    throw error;
  } finally {
    clearTimeout(timeout);
  }
}
