import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../shared/domain/index.ts';
import { linkDelays } from './link-delays.ts';
import { type LinkHealth, LinkStability } from './link-stability.ts';

describe('a link that is lost again and again', () => {
  let clock: ManualClock;
  let stability: LinkStability;
  beforeEach(() => {
    clock = new ManualClock();
    stability = new LinkStability(clock);
  });

  const healthy = (): LinkHealth => stability.judge({ state: 'healthy', sinceMs: 0 });
  const silent = (): LinkHealth => stability.judge({ state: 'silent', sinceMs: 0, restarts: 1 });
  const failed = (reason = 'port-lost'): LinkHealth =>
    stability.judge({ state: 'failed', sinceMs: 0, reason, retryAtMs: null });
  /** Away for a second after so many minutes of health. */
  const lose = (afterMinutes: number) => {
    clock.advance(afterMinutes * 60_000);
    healthy();
    const told = failed();
    clock.advance(1_000);
    healthy();
    return told;
  };

  it('is as it is found while it is lost less than three times in ten minutes', () => {
    expect(lose(1).state).toBe('failed');
    expect(lose(1).state).toBe('failed');
    expect(lose(11).state).toBe('failed');
    expect(lose(1).state).toBe('failed');
    expect(healthy().state).toBe('healthy');
  });

  it('is unstable from the third loss on, open or not, with how often, why and since when', () => {
    lose(1);
    lose(1);
    const told = lose(1);
    const sinceMs = clock.nowMs() - 1_000;
    expect(told).toEqual({
      state: 'unstable',
      sinceMs,
      reason: 'port-lost',
      losses: 3,
      withinMs: linkDelays.stableAfterMs,
      connected: false,
    });
    expect(healthy()).toMatchObject({ state: 'unstable', connected: true, sinceMs });
    expect(lose(4)).toMatchObject({ losses: 4, sinceMs });
  });

  it('is not unstable by silence, however often: at night nobody may be there to be heard', () => {
    for (let n = 0; n < 20; n++) {
      expect(silent().state).toBe('silent');
      clock.advance(15_000);
      expect(healthy().state).toBe('healthy');
      clock.advance(5_000);
    }
  });

  it('counts a link that falls silent before it fails as lost once, however often it is opened in vain', () => {
    for (let n = 1; n <= 3; n++) {
      healthy();
      for (let attempts = 0; attempts < 5; attempts++) {
        silent();
        failed();
      }
      expect(healthy().state).toBe(n < 3 ? 'healthy' : 'unstable');
    }
    expect(healthy()).toMatchObject({ losses: 3 });
    // What is unstable and hears nobody for long is silent.
    expect(silent().state).toBe('unstable');
    clock.advance(linkDelays.unstableGraceMs);
    expect(silent().state).toBe('silent');
  });

  it('counts attempts that never opened as one loss at most', () => {
    for (let n = 0; n < 10; n++) expect(failed('port-not-found').state).toBe('failed');
    healthy();
    for (let n = 0; n < 10; n++) expect(failed('port-not-found').state).toBe('failed');
  });

  it('stays so while it is lost once in ten minutes, and is well when it has held so long', () => {
    for (let n = 0; n < 3; n++) lose(1);
    for (let n = 0; n < 5; n++) lose(9);
    expect(healthy()).toMatchObject({ state: 'unstable', losses: 2 });
    clock.advance(linkDelays.stableAfterMs - 1);
    expect(healthy()).toMatchObject({ state: 'unstable', losses: 1 });
    clock.advance(1);
    expect(healthy().state).toBe('healthy');
    expect(lose(0).state).toBe('failed');
  });

  it('is failed, not only unstable, when it stays away; the time away is no time held', () => {
    for (let n = 0; n < 3; n++) lose(1);
    expect(failed()).toMatchObject({ state: 'unstable', connected: false });
    clock.advance(linkDelays.unstableGraceMs - 1);
    expect(failed().state).toBe('unstable');
    clock.advance(1);
    expect(failed()).toEqual({ state: 'failed', sinceMs: 0, reason: 'port-lost', retryAtMs: null });
    clock.advance(8 * 3_600_000);
    expect(healthy()).toMatchObject({ state: 'unstable', losses: 1 });
    clock.advance(linkDelays.stableAfterMs);
    expect(healthy().state).toBe('healthy');
  });

  it('is counted by time that passes, not by the clock on the wall', () => {
    for (let n = 0; n < 3; n++) lose(1);
    clock.set(clock.nowMs() + 3_600_000);
    expect(healthy()).toMatchObject({ state: 'unstable', losses: 3 });
  });

  it('remembers no more losses than it tells', () => {
    for (let n = 0; n < 1_000; n++) {
      healthy();
      failed();
    }
    expect(healthy()).toMatchObject({ losses: linkDelays.lossesCounted });
  });

  it('tells the end of a recording, and of the station, as they are', () => {
    for (let n = 0; n < 3; n++) lose(1);
    expect(stability.judge({ state: 'closed', sinceMs: 5 })).toEqual({ state: 'closed', sinceMs: 5 });
  });
});
