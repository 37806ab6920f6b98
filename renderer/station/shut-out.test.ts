// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StationConnection } from './connection.ts';
import { ShutOutError, type Wire, type WireEnd } from './wire.ts';

const open: StationConnection[] = [];
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  for (const connection of open.splice(0)) connection.stop();
});

/** A station that answers each attempt as told; the last answer goes on. */
function connect(answers: (() => Promise<Wire>)[]) {
  let attempts = 0;
  const connection = new StationConnection(() => {
    const answer = answers[Math.min(attempts, answers.length - 1)];
    attempts += 1;
    return answer === undefined ? Promise.reject(new Error('nobody')) : answer();
  });
  open.push(connection);
  const states: string[] = [];
  const reached = (kind: string) =>
    new Promise<void>((resolve) => {
      connection.subscribe(() => {
        states.push(connection.state().kind);
        if (connection.state().kind === kind) resolve();
      });
    });
  return { connection, states, reached, attempts: () => attempts };
}

function wire(): { opened: () => Promise<Wire>; end(how: WireEnd): void } {
  const closed = Promise.withResolvers<WireEnd>();
  const made = { link: {} as Wire['link'], closed: closed.promise, close: () => closed.resolve('broken') };
  return { opened: async () => made, end: (how) => closed.resolve(how) };
}

describe('a kiosk that was removed', () => {
  it('hears it from its open connection, and does not knock again', async () => {
    const first = wire();
    const kiosk = connect([first.opened]);
    const isOut = kiosk.reached('shut-out');
    kiosk.connection.start();
    first.end('shut-out');
    await isOut;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kiosk.states).toEqual(['connected', 'shut-out']);
    expect(kiosk.attempts()).toBe(1);
  });

  it('hears it when it comes back and was away meanwhile; a station that is only away is waited for', async () => {
    const first = wire();
    const kiosk = connect([
      first.opened,
      () => Promise.reject(new Error('away')),
      () => Promise.reject(new ShutOutError()),
    ]);
    const isOut = kiosk.reached('shut-out');
    kiosk.connection.start();
    first.end('broken');
    await vi.advanceTimersByTimeAsync(10_000);
    await isOut;
    expect(kiosk.states).toEqual(['connected', 'lost', 'lost', 'shut-out']);
    expect(kiosk.attempts()).toBe(3);
  });
});
