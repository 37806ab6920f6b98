/** How long the tasks of the page's main thread were, read from a Chromium trace. */

/** Task spans come under the first of these categories, thread names under the internal one. */
export const traceCategories = ['disabled-by-default-devtools.timeline', 'devtools.timeline', '__metadata'];

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds, on the clock of the wall. */
  dur?: number;
  /** Microseconds that the thread itself computed. */
  tdur?: number;
  args?: { name?: string };
}

/** Milliseconds: by the wall's clock, in which other programs may have had the core, and computed. */
export interface Task {
  wallMs: number;
  cpuMs: number;
}

/** @returns every task of the page's main thread. */
export function mainThreadTasks(trace: Buffer): Task[] {
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { traceEvents: TraceEvent[] };
  const mainThreads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}:${tid}`),
  );
  if (mainThreads.size === 0) throw new Error('the trace names no main thread of a page');
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && mainThreads.has(`${pid}:${tid}`),
  );
  if (tasks.length === 0) throw new Error('the trace holds no tasks');
  return tasks.map(({ dur = 0, tdur = dur }) => ({ wallMs: dur / 1000, cpuMs: tdur / 1000 }));
}
