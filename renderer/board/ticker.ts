/** One beat per second for every timer on the screen, on the full second of the station's clock. */
export class Ticker {
  #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #nowMs: () => number;
  #seconds: number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#seconds = Math.floor(nowMs() / 1000);
  }

  /** The station's time in full seconds, as milliseconds; stable between two beats. */
  readonly get = (): number => this.#seconds * 1000;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#timer === null) this.#beat();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0 && this.#timer !== null) {
        clearTimeout(this.#timer);
        this.#timer = null;
      }
    };
  };

  /** The station's clock may have been corrected: everybody hears of it at once, not at the next beat. */
  catchUp(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#beat();
  }

  #beat(): void {
    const nowMs = this.#nowMs();
    this.#timer = setTimeout(() => this.#beat(), 1000 - (nowMs % 1000) + 5);
    const seconds = Math.floor(nowMs / 1000);
    if (seconds === this.#seconds) return;
    this.#seconds = seconds;
    for (const listener of [...this.#listeners]) listener();
  }
}
