import { describe, expect, it } from 'vitest';
import { newId, systemClock } from '../../shared/domain/index.ts';
import type { Core } from '../core/types.ts';
import type { ServerClient } from './server-client.ts';
import { ToldFollowUps } from './told-follow-ups.ts';

/** What outlives a restart, and whose station it is. */
function aStation() {
  const kept = new Map<string, string>();
  const site = { siteId: newId() };
  const settings = {
    remember: (key: string, value: string) => void kept.set(key, value),
    recall: (key: string) => kept.get(key) ?? null,
    enrolment: () => ({ site }),
  } as unknown as Core['settings'];
  return { site, kept, told: () => new ToldFollowUps({ core: { settings } as Core, clock: systemClock }) };
}

const driveOff = {
  refuelId: newId(),
  visitId: newId(),
  paymentRequestId: newId(),
  amount: { amountMinor: 50_000, currency: 'KRW' },
  leftAtMs: 1,
  settled: null,
};
const asked: number[] = [];
const client = {
  site: {
    releases: async ({ sinceMs }: { sinceMs: number }) => {
      asked.push(sinceMs);
      return { releases: [], nowMs: 0 };
    },
    driveOffs: async () => ({ driveOffs: [driveOff], nowMs: 0 }),
  },
} as unknown as ServerClient;

describe('what the server told of money to give back and of drive-offs', () => {
  it('is there after a restart, with the moment at which it was told', async () => {
    const station = aStation();
    expect(station.told().last()).toBeNull();
    const told = await station.told().ask(client);
    expect(asked.at(-1)).toBe(told.atMs - 7 * 24 * 3_600_000);
    expect(station.told().last()).toMatchObject({ atMs: told.atMs, releases: [], driveOffs: [driveOff] });
  });

  it('is nothing to a station that belongs to another site by now', async () => {
    const station = aStation();
    await station.told().ask(client);
    station.site.siteId = newId();
    expect(station.told().last()).toBeNull();
  });

  it('is as if never told where an older version kept it otherwise', async () => {
    const station = aStation();
    await station.told().ask(client);
    for (const key of station.kept.keys()) station.kept.set(key, '{"releases":7}');
    expect(station.told().last()).toBeNull();
  });
});
