/** The latest of a value, for readers that may be slower than it changes: each gets the newest, none a queue. */
export class Latest<T> {
  #value: T | null = null;
  #turn = 0;
  #ended = false;
  readonly #wakers = new Set<() => void>();

  set(value: T): void {
    this.#value = value;
    this.#turn += 1;
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Lets every reader look again whether it may go on. */
  recheck(): void {
    this.#wake();
  }

  async *read(signal: AbortSignal | undefined, mayRead: () => boolean): AsyncGenerator<T, void, void> {
    let seen = 0;
    let wake = () => {};
    const waker = () => wake();
    this.#wakers.add(waker);
    signal?.addEventListener('abort', waker);
    try {
      while (signal?.aborted !== true && mayRead()) {
        if (this.#turn !== seen && this.#value !== null) {
          seen = this.#turn;
          yield this.#value;
          continue;
        }
        if (this.#ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = () => {};
      }
    } finally {
      this.#wakers.delete(waker);
      signal?.removeEventListener('abort', waker);
    }
  }

  #wake(): void {
    for (const wake of [...this.#wakers]) wake();
  }
}
