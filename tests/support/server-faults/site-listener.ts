/** Reads a site's event stream for as long as it is told to, reconnecting wherever it breaks, and keeps all. */
import { getEventMeta } from '@orpc/client';
import type { SiteEvent } from '../../../shared/server-contract/index.ts';
import type { ServerClient } from '../../../station/sync/server-client.ts';

export interface Heard {
  position: number;
  event: SiteEvent;
}

export class SiteListener {
  readonly siteId: string;
  readonly heard: Heard[] = [];
  reconnects = 0;
  /** The position of the first beat: what was before it nobody promised. */
  from: number | null = null;
  readonly #client: ServerClient;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #lastEventId: string | undefined;

  constructor(siteId: string, client: ServerClient) {
    this.siteId = siteId;
    this.#client = client;
    this.#done = this.#run();
  }

  /** The last position it heard of. */
  get at(): number {
    return Number(this.#lastEventId ?? -1);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const events = await this.#client.site.siteEvents(
          {},
          { signal: this.#stop.signal, lastEventId: this.#lastEventId },
        );
        for await (const event of events) {
          const id = getEventMeta(event)?.id;
          if (id === undefined) continue;
          // Server and listener are of one version: it stays behind what it should have understood.
          if (event.type === 'not-understood') throw new Error(`what is “${event.name}”?`);
          this.#lastEventId = id;
          if (event.type === 'beat') this.from ??= Number(id);
          else this.heard.push({ position: Number(id), event });
        }
      } catch {
        // The server died, or the line broke: on after the last one heard.
      }
      this.reconnects++;
      if (!this.#stop.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
}
