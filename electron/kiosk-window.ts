/**
 * The one window, kept open.
 *
 *   open ──page crashed / does not answer / closed by accident──▶ gone ──back-off──▶ open
 *   open ──release──▶ (closes for good)
 *
 * The station does not notice: it goes on hearing cars, and the next page asks it for everything again.
 */
import { backOffMs, type Timers } from './timers.ts';

export const windowDelays = {
  firstReopenMs: 200,
  maxReopenMs: 10_000,
  /** A page that stood this long is sound; earlier crashes are forgotten. */
  steadyAfterMs: 60_000,
  /** How long a page may be busy before it is given up. */
  unresponsiveMs: 15_000,
};

/** As much of Electron's BrowserWindow as is used. */
export interface WindowLike {
  loadURL(url: string): Promise<void>;
  show(): void;
  focus(): void;
  restore(): void;
  isMinimized(): boolean;
  destroy(): void;
  on(event: 'ready-to-show', listener: () => void): unknown;
  on(event: 'unresponsive', listener: () => void): unknown;
  on(event: 'responsive', listener: () => void): unknown;
  on(event: 'closed', listener: () => void): unknown;
  on(event: 'close', listener: (event: { preventDefault(): void }) => void): unknown;
  readonly webContents: {
    on(
      event: 'render-process-gone',
      listener: (event: unknown, details: { reason: string }) => void,
    ): unknown;
    on(
      event: 'before-input-event',
      listener: (event: { preventDefault(): void }, input: Key) => void,
    ): unknown;
  };
}

export interface Key {
  type: string;
  key: string;
  control: boolean;
  meta: boolean;
  alt: boolean;
}

export interface KioskWindowOptions<W extends WindowLike> {
  create(): W;
  url: string;
  windowed: boolean;
  timers: Timers;
  onGone(why: string): void;
}

export class KioskWindow<W extends WindowLike> {
  readonly #options: KioskWindowOptions<W>;
  #window: W | null = null;
  #released = false;
  #crashes = 0;
  #openedAtMs = 0;
  #callOff = () => {};

  constructor(options: KioskWindowOptions<W>) {
    this.#options = options;
  }

  /** The window there is now; null between two. */
  get current(): W | null {
    return this.#window;
  }

  open(): void {
    if (this.#window !== null || this.#released) return;
    const { create, url, windowed, timers } = this.#options;
    const window = create();
    this.#window = window;
    this.#openedAtMs = timers.nowMs();
    const isCurrent = () => this.#window === window;

    window.on('ready-to-show', () => window.show());
    window.on('close', (event) => {
      // A kiosk is ended by its operating system, not by Alt+F4.
      if (!windowed && !this.#released) event.preventDefault();
    });
    window.on('closed', () => {
      if (!isCurrent()) return;
      this.#window = null;
      this.#callOff();
      if (!windowed) this.#reopen('closed');
    });
    window.on('unresponsive', () => {
      this.#callOff();
      this.#callOff = timers.after(windowDelays.unresponsiveMs, () => {
        if (isCurrent()) this.#give('does not answer');
      });
    });
    window.on('responsive', () => this.#callOff());
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (isCurrent() && reason !== 'clean-exit') this.#give(reason);
    });
    window.webContents.on('before-input-event', (event, key) => {
      if (!windowed && leavesThePage(key)) event.preventDefault();
    });
    window.loadURL(url).catch((error: unknown) => {
      if (isCurrent()) this.#give(`could not be loaded: ${String(error)}`);
    });
  }

  /** Somebody started the kiosk a second time: show them the one that runs. */
  show(): void {
    const window = this.#window;
    if (window === null) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  /** From now on the window may close, and stays closed. */
  release(): void {
    this.#released = true;
    this.#callOff();
  }

  #give(why: string): void {
    const window = this.#window;
    this.#window = null;
    this.#callOff();
    window?.destroy();
    this.#reopen(why);
  }

  #reopen(why: string): void {
    const { timers, onGone } = this.#options;
    onGone(why);
    if (this.#released) return;
    const stoodMs = timers.nowMs() - this.#openedAtMs;
    this.#crashes = stoodMs >= windowDelays.steadyAfterMs ? 1 : this.#crashes + 1;
    const delayMs = backOffMs(this.#crashes, windowDelays.firstReopenMs, windowDelays.maxReopenMs);
    this.#callOff = timers.after(delayMs, () => this.open());
  }
}

/** Reloading, zooming away, printing the page, leaving full screen: none of it is for the counter. */
function leavesThePage({ type, key, control, meta, alt }: Key): boolean {
  if (type !== 'keyDown') return false;
  if (/^F(1|3|5|6|7|11|12)$/.test(key)) return true;
  if ((control || meta) && /^([rwtnpojhuf+=\-0]|i)$/i.test(key)) return true;
  return alt && /^(Arrow(Left|Right)|F4|Home)$/.test(key);
}
