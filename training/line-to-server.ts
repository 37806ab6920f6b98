/**
 * The site's line to its payment server, with a switch: cut, nothing gets through and what was under way
 * breaks off, as when the router in the back room loses its power.
 */
export class LineToServer {
  #cut = false;
  readonly #open = new Set<AbortController>();

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    if (this.#cut) throw new TypeError('fetch failed', { cause: { code: 'ENETDOWN' } });
    const stop = new AbortController();
    const pass = () => stop.abort(init?.signal?.reason);
    init?.signal?.addEventListener('abort', pass, { once: true });
    this.#open.add(stop);
    let streams = false;
    try {
      const response = await globalThis.fetch(input, { ...init, signal: stop.signal });
      streams = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
      return response;
    } finally {
      // A stream stays open behind its answer; the few that there are are let go with the line.
      if (!streams) this.#open.delete(stop);
    }
  };

  get isCut(): boolean {
    return this.#cut;
  }

  cut(): void {
    this.#cut = true;
    for (const stop of this.#open) stop.abort(new TypeError('the line is cut'));
    this.#open.clear();
  }

  restore(): void {
    this.#cut = false;
  }
}
