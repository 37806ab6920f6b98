/**
 * A twin of exactly those Electron calls that the shell's modules take as parameters. Its verbs are what
 * happens to a kiosk: a page crashes, a station ends, a web page wants to go elsewhere. Time passes by hand.
 */
import { EventEmitter } from 'node:events';
import type { PageIpc } from '../channels/ipc.ts';
import type { Key, WindowLike } from '../kiosk-window.ts';
import type { LockablePage, PageMaker } from '../navigation-lock.ts';
import type { GuardedSession } from '../permissions.ts';
import type { StationChild } from '../station-process.ts';
import type { Timers } from '../timers.ts';

export class FakeTimers implements Timers {
  #nowMs = 0;
  readonly #tasks = new Set<{ atMs: number; task: () => void }>();

  nowMs = () => this.#nowMs;

  after = (delayMs: number, task: () => void) => {
    const entry = { atMs: this.#nowMs + delayMs, task };
    this.#tasks.add(entry);
    return () => void this.#tasks.delete(entry);
  };

  /** Lets time pass, running what is due in its order. */
  pass(durationMs: number): void {
    const endMs = this.#nowMs + durationMs;
    for (;;) {
      const next = [...this.#tasks].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#tasks.delete(next);
      this.#nowMs = next.atMs;
      next.task();
    }
    this.#nowMs = endMs;
  }
}

/** A message port that only has a name. */
export interface FakePort {
  name: string;
}

export class FakeStationChild extends EventEmitter implements StationChild<FakePort> {
  readonly received: { message: unknown; ports: FakePort[] }[] = [];
  killed = false;

  postMessage(message: unknown, transfer: FakePort[] = []): void {
    this.received.push({ message, ports: transfer });
  }

  kill(): boolean {
    this.killed = true;
    this.emit('exit', 137);
    return true;
  }

  says(message: unknown): void {
    this.emit('message', message);
  }

  ends(code = 1): void {
    this.emit('exit', code);
  }
}

export class FakeWindow extends EventEmitter implements WindowLike {
  readonly webContents = new EventEmitter();
  readonly did: string[] = [];
  url: string | null = null;
  minimized = false;
  /** Set to make the next load fail. */
  loadFailure: Error | null = null;

  loadURL(url: string): Promise<void> {
    this.url = url;
    return this.loadFailure === null ? Promise.resolve() : Promise.reject(this.loadFailure);
  }
  show = () => void this.did.push('show');
  focus = () => void this.did.push('focus');
  restore = () => void this.did.push('restore');
  isMinimized = () => this.minimized;
  destroy = () => {
    this.did.push('destroy');
    this.emit('closed');
  };

  pageCrashes(reason = 'crashed'): void {
    this.webContents.emit('render-process-gone', {}, { reason });
  }

  /** Somebody presses Alt+F4 or the close button. @returns whether the window closed. */
  isAskedToClose(): boolean {
    let prevented = false;
    this.emit('close', { preventDefault: () => (prevented = true) });
    if (!prevented) this.emit('closed');
    return !prevented;
  }

  /** @returns whether the key reached the page. */
  isPressed(key: Partial<Key>): boolean {
    let prevented = false;
    const whole = { type: 'keyDown', key: '', control: false, meta: false, alt: false, ...key };
    this.webContents.emit('before-input-event', { preventDefault: () => (prevented = true) }, whole);
    return !prevented;
  }
}

type Leaving = 'will-navigate' | 'will-redirect' | 'will-frame-navigate';

export class FakePage extends EventEmitter implements LockablePage {
  #windowOpen: ((details: { url: string }) => { action: 'deny' }) | null = null;

  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void {
    this.#windowOpen = handler;
  }

  /** @returns whether the page got there. */
  goes(how: Leaving, url: string): boolean {
    let prevented = false;
    this.emit(how, { url, preventDefault: () => (prevented = true) });
    return !prevented;
  }

  attachesWebview(): boolean {
    let prevented = false;
    this.emit('will-attach-webview', { preventDefault: () => (prevented = true) });
    return !prevented;
  }

  opensWindow(url: string): 'deny' | 'allow' {
    return this.#windowOpen?.({ url }).action ?? 'allow';
  }
}

export class FakeApp extends EventEmitter implements PageMaker {
  makesPage(): FakePage {
    const page = new FakePage();
    this.emit('web-contents-created', {}, page);
    return page;
  }
}

export class FakeSession implements GuardedSession {
  #ask: Parameters<GuardedSession['setPermissionRequestHandler']>[0] | null = null;
  #check: Parameters<GuardedSession['setPermissionCheckHandler']>[0] | null = null;
  #device: (() => boolean) | null = null;
  #display: Parameters<GuardedSession['setDisplayMediaRequestHandler']>[0] | null = null;

  setPermissionRequestHandler: GuardedSession['setPermissionRequestHandler'] = (handler) => {
    this.#ask = handler;
  };
  setPermissionCheckHandler: GuardedSession['setPermissionCheckHandler'] = (handler) => {
    this.#check = handler;
  };
  setDevicePermissionHandler: GuardedSession['setDevicePermissionHandler'] = (handler) => {
    this.#device = handler;
  };
  setDisplayMediaRequestHandler: GuardedSession['setDisplayMediaRequestHandler'] = (handler) => {
    this.#display = handler;
  };

  /** Like Electron, grants what nobody handles. */
  asks(permission: string): boolean {
    let granted = this.#ask === null;
    this.#ask?.(null, permission, (answer) => (granted = answer));
    return granted;
  }
  checks = (permission: string) => this.#check?.(null, permission) ?? true;
  wantsDevice = () => this.#device?.() ?? true;
  capturesScreen(): boolean {
    let captured = this.#display === null;
    this.#display?.({}, (streams) => (captured = streams !== null));
    return captured;
  }
}

/** The two ends of ipcRenderer: what the page sent, and what the shell says. */
export class FakeIpc extends EventEmitter implements PageIpc {
  readonly sent: unknown[][] = [];

  send(...all: unknown[]): void {
    this.sent.push(all);
  }

  shellSays(channel: string, details: unknown, ports: unknown[] = []): void {
    this.emit(channel, { ports, sender: 'Electron inside' }, details);
  }
}
