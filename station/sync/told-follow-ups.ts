/**
 * What the payment server told of money to give back and of cars that left unpaid, kept over restarts: without the
 * line a manager still sees the last of it, with its age.
 */
import * as z from 'zod';
import type { Clock } from '../../shared/domain/index.ts';
import { driveOff, release } from '../../shared/server-contract/index.ts';
import type { Core, ServerFollowUps } from '../core/types.ts';
import type { ServerClient } from './server-client.ts';

const key = 'server-follow-ups';
/** What was done is told for so long: a difference that a site still sees after a week is no late news. */
const doneSinceMs = 7 * 24 * 3_600_000;

const kept = z.object({
  siteId: z.string(),
  atMs: z.number(),
  releases: z.array(release),
  driveOffs: z.array(driveOff),
});

export class ToldFollowUps {
  readonly #settings: Core['settings'];
  readonly #clock: Clock;

  constructor({ core, clock }: { core: Core; clock: Clock }) {
    this.#settings = core.settings;
    this.#clock = clock;
  }

  /** Rejects as the client's calls do. */
  async ask(client: ServerClient): Promise<ServerFollowUps> {
    const atMs = this.#clock.nowMs();
    const sinceMs = Math.max(0, atMs - doneSinceMs);
    const [{ releases }, { driveOffs }] = await Promise.all([
      client.site.releases({ sinceMs }),
      client.site.driveOffs({ sinceMs }),
    ]);
    const told = { atMs, releases, driveOffs };
    const siteId = this.#siteId();
    if (siteId !== null) this.#settings.remember(key, JSON.stringify({ siteId, ...told }));
    return told;
  }

  /** null: nothing was told, or it was told to another site than this is now. */
  last(): ServerFollowUps | null {
    const text = this.#settings.recall(key);
    if (text === null) return null;
    const { data } = kept.safeParse(JSON.parse(text));
    return data === undefined || data.siteId !== this.#siteId() ? null : data;
  }

  #siteId(): string | null {
    return this.#settings.enrolment()?.site.siteId ?? null;
  }
}
