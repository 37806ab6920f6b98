import { getEventMeta } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../shared/domain/index.ts';
import type { BoardEvent, StationStatus } from '../../shared/station-contract/index.ts';
import { type BoardChange, BoardStream } from './board-stream.ts';

const status: StationStatus = {
  radio: { state: 'no-receiver' },
  server: { state: 'not-enrolled' },
  outbox: { waiting: 0, attention: 0, oldestWaitingAtMs: null },
};

function world(capacity = 8) {
  const clock = new ManualClock();
  let snapshots = 0;
  const stream = new BoardStream({
    clock,
    epoch: 'run1',
    capacity,
    snapshot: () => {
      snapshots += 1;
      return { visits: [], status, site: {} as never, receivers: [] };
    },
  });
  const state = { signedIn: true };
  const watch = (lastEventId?: string, signal?: AbortSignal) =>
    stream.watch({
      lastEventId,
      signal,
      mayWatch: () => state.signedIn,
      ended: () => new Error('signed out'),
    });
  return { clock, stream, watch, state, snapshots: () => snapshots };
}

const gone = (visitId: string): BoardChange => ({ type: 'visit-gone', visitId });

/** The next event and its id. */
async function next(
  iterator: AsyncGenerator<BoardEvent>,
): Promise<[BoardEvent | undefined, string | undefined]> {
  const { value } = await iterator.next();
  return [value ?? undefined, value === undefined ? undefined : getEventMeta(value as object)?.id];
}
const text = ([event, id]: [BoardEvent | undefined, string | undefined]) =>
  `${event?.type === 'visit-gone' ? event.visitId : event?.type} ${id ?? '-'}`;

describe("the board's event stream", () => {
  it('begins with a snapshot, then tells each change', async () => {
    const { stream, watch } = world();
    stream.publish(gone('before'));
    const events = watch();
    expect(text(await next(events))).toBe('snapshot run1-1');
    stream.publish(gone('a'));
    expect(text(await next(events))).toBe('a run1-2');
  });

  it('resumes behind the last event without a gap and without a snapshot', async () => {
    const { stream, watch, snapshots } = world();
    for (const visitId of ['a', 'b', 'c', 'd']) stream.publish(gone(visitId));
    const events = watch('run1-2');
    expect(text(await next(events))).toBe('c run1-3');
    expect(text(await next(events))).toBe('d run1-4');
    expect(snapshots()).toBe(0);
  });

  it('gives a snapshot where the resume point is of another run, too old, in the future or nonsense', async () => {
    const { stream, watch } = world(4);
    for (let i = 0; i < 9; i++) stream.publish(gone(`v${i}`));
    for (const id of ['run0-8', 'run1-4', 'run1-10', 'run1-', '-', '', 'run1-8x', '8']) {
      expect(text(await next(watch(id))), id).toBe('snapshot run1-9');
    }
    expect(text(await next(watch('run1-5')))).toBe('v5 run1-6');
  });

  it('lets the latest state of a visit overtake earlier ones for a slow kiosk', async () => {
    const { stream, watch } = world(64);
    const events = watch();
    await next(events);
    for (let i = 0; i < 20; i++) stream.publish(gone('busy'));
    stream.publish(gone('quiet'));
    stream.publish(gone('busy'));
    expect(text(await next(events))).toBe('quiet run1-21');
    expect(text(await next(events))).toBe('busy run1-22');
  });

  it('gives a snapshot to a kiosk so slow that the ring has passed it by', async () => {
    const { stream, watch } = world(4);
    const events = watch();
    await next(events);
    for (let i = 0; i < 100; i++) stream.publish(gone(`v${i}`));
    expect(text(await next(events))).toBe('snapshot run1-100');
  });

  it('makes one snapshot for all kiosks that come at the same moment, and a new one after a change', async () => {
    const { clock, stream, watch, snapshots } = world();
    stream.publish(gone('a'));
    for (let n = 0; n < 16; n++) expect(text(await next(watch()))).toBe('snapshot run1-1');
    expect(snapshots()).toBe(1);
    stream.publish(gone('b'));
    expect(text(await next(watch()))).toBe('snapshot run1-2');
    expect(snapshots()).toBe(2);
    clock.advance(1_001);
    await next(watch());
    expect(snapshots()).toBe(3);
  });

  it('tells everybody all anew when the clock was corrected, the time of now and the cars in one piece', async () => {
    const { stream, watch, clock, snapshots } = world();
    const [first, second] = [watch(), watch()];
    await Promise.all([next(first), next(second)]);
    const waiting = [next(first), next(second)];
    clock.set(clock.nowMs() - 3_600_000);
    stream.publish(gone('moved'));
    stream.tellAnew();
    for (const [event] of await Promise.all(waiting)) {
      expect(event).toMatchObject({ type: 'snapshot', nowMs: clock.nowMs() });
    }
    expect(snapshots()).toBe(2);
    expect(text(await next(watch('run1-1')))).toBe('snapshot run1-2');
    stream.publish(gone('later'));
    expect(text(await next(first))).toBe('later run1-3');
  });

  it('wakes a watcher that waits, and beats every five seconds of quiet', async () => {
    const { stream, watch, clock } = world();
    const events = watch();
    await next(events);
    const waiting = next(events);
    stream.publish(gone('a'));
    expect(text(await waiting)).toBe('a run1-1');
    const beat = next(events);
    clock.advance(5_000);
    expect(text(await beat)).toBe('beat -');
    const second = next(events);
    clock.advance(5_000);
    expect(text(await second)).toBe('beat -');
  });

  it('ends when the session does, at once when told', async () => {
    const { stream, watch, state } = world();
    const events = watch();
    await next(events);
    const waiting = next(events);
    state.signedIn = false;
    stream.recheck();
    await expect(waiting).rejects.toThrow('signed out');
    expect(stream.watchers).toBe(0);
  });

  it('ends within a beat when the time of the session is over', async () => {
    const { clock, watch, state } = world();
    const events = watch();
    await next(events);
    const waiting = next(events);
    state.signedIn = false;
    clock.advance(5_000);
    await expect(waiting).rejects.toThrow('signed out');
  });

  it('leaves nothing behind when a kiosk goes', async () => {
    const { stream, watch, clock } = world();
    const controller = new AbortController();
    const events = watch(undefined, controller.signal);
    await next(events);
    const waiting = events.next();
    controller.abort();
    expect((await waiting).done).toBe(true);
    expect(stream.watchers).toBe(0);
    expect(clock.plannedCount).toBe(0);
  });
});
