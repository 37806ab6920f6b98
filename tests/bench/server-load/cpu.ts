/**
 * Processor time of servers and database, which other work on the machine stretches less than it stretches the clock:
 * on processors that are all taken, calls per second go as one over the time that a call takes of them. Linux only.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** `CLK_TCK` of Linux on every platform that Node runs on. */
const tickMs = 10;

interface Times {
  parent: number;
  ownMs: number;
  /** Of children that ended. */
  endedMs: number;
}

function timesOf(pid: number): Times | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold anything: state, parent, … utime, stime, cutime, cstime (proc(5)).
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const at = (n: number) => Number(fields[n]);
    return { parent: at(1), ownMs: (at(11) + at(12)) * tickMs, endedMs: (at(13) + at(14)) * tickMs };
  } catch {
    return null;
  }
}

export function parentOf(pid: number): number {
  return timesOf(pid)?.parent ?? 0;
}

/** Milliseconds that this process has taken. */
export const cpuOf = (pid: number): number => timesOf(pid)?.ownMs ?? 0;

/** Milliseconds that a process and its children have taken, those that ended included. */
export function cpuOfFamily(pid: number): number {
  const head = timesOf(pid);
  const children = readdirSync('/proc')
    .map(Number)
    .filter((one) => Number.isInteger(one))
    .map(timesOf)
    .filter((times) => times?.parent === pid);
  return (head?.ownMs ?? 0) + (head?.endedMs ?? 0) + children.reduce((sum, c) => sum + (c?.ownMs ?? 0), 0);
}
