import { beforeEach, describe, expect, it, vi } from 'vitest';
import { KioskWindow, windowDelays } from './kiosk-window.ts';
import { FakeTimers, FakeWindow } from './testing/fake-electron.ts';

let timers: FakeTimers;
let windows: FakeWindow[];
let gone: string[];

beforeEach(() => {
  timers = new FakeTimers();
  windows = [];
  gone = [];
});

function kiosk(windowed = false, prepare: (window: FakeWindow) => void = () => {}) {
  return new KioskWindow<FakeWindow>({
    create() {
      const window = new FakeWindow();
      prepare(window);
      windows.push(window);
      return window;
    },
    url: 'app://kiosk/',
    windowed,
    timers,
    onGone: (why) => gone.push(why),
  });
}
const latest = () => {
  const window = windows.at(-1);
  if (window === undefined) throw new Error('no window was opened');
  return window;
};

describe('the kiosk window', () => {
  it('opens the screens, and shows itself when they are drawn', () => {
    kiosk().open();
    expect(latest().url).toBe('app://kiosk/');
    expect(latest().did).toEqual([]);
    latest().emit('ready-to-show');
    expect(latest().did).toEqual(['show']);
  });

  it('is opened again when its page crashes', () => {
    const window = kiosk();
    window.open();
    latest().pageCrashes('oom');
    expect(gone).toEqual(['oom']);
    expect(windows[0]?.did).toContain('destroy');
    expect(window.current).toBeNull();
    timers.pass(windowDelays.firstReopenMs);
    expect(windows).toHaveLength(2);
    expect(window.current).toBe(windows[1]);
  });

  it('is opened again ever more slowly when it crashes at once each time', () => {
    kiosk().open();
    for (let crashes = 0; crashes < 3; crashes++) {
      latest().pageCrashes();
      timers.pass(windowDelays.firstReopenMs * 2 ** crashes);
      expect(windows).toHaveLength(crashes + 2);
    }
    latest().pageCrashes();
    timers.pass(windowDelays.firstReopenMs);
    expect(windows).toHaveLength(4);
  });

  it('is not opened again when its page ended in good order', () => {
    kiosk().open();
    latest().pageCrashes('clean-exit');
    timers.pass(windowDelays.maxReopenMs);
    expect(windows).toHaveLength(1);
  });

  it('is given up when its page does not answer for 15 seconds', () => {
    kiosk().open();
    latest().emit('unresponsive');
    timers.pass(windowDelays.unresponsiveMs - 1);
    expect(gone).toEqual([]);
    timers.pass(1);
    expect(gone).toEqual(['does not answer']);
  });

  it('is kept when its page answers again in time', () => {
    kiosk().open();
    latest().emit('unresponsive');
    timers.pass(windowDelays.unresponsiveMs - 1);
    latest().emit('responsive');
    timers.pass(windowDelays.unresponsiveMs);
    expect(gone).toEqual([]);
  });

  it('is opened again when its page could not be loaded', async () => {
    kiosk(false, (window) => {
      window.loadFailure = new Error('ERR_FAILED');
    }).open();
    await vi.waitFor(() => expect(gone).toEqual(['could not be loaded: Error: ERR_FAILED']));
    timers.pass(windowDelays.firstReopenMs);
    expect(windows).toHaveLength(2);
  });

  it('cannot be closed by Alt+F4 in a kiosk, and can in a windowed demo', () => {
    kiosk().open();
    expect(latest().isAskedToClose()).toBe(false);
    kiosk(true).open();
    expect(latest().isAskedToClose()).toBe(true);
    timers.pass(windowDelays.maxReopenMs);
    expect(windows).toHaveLength(2);
  });

  it('closes for good once the kiosk is being ended', () => {
    const window = kiosk();
    window.open();
    window.release();
    expect(latest().isAskedToClose()).toBe(true);
    timers.pass(windowDelays.maxReopenMs);
    expect(windows).toHaveLength(1);
    window.open();
    expect(windows).toHaveLength(1);
  });

  it('comes to the front when the kiosk is started a second time', () => {
    const window = kiosk();
    window.show();
    window.open();
    latest().minimized = true;
    window.show();
    expect(latest().did).toEqual(['restore', 'show', 'focus']);
  });

  it.each([
    { key: 'r', control: true },
    { key: 'R', meta: true },
    { key: 'F11' },
    { key: 'F5' },
    { key: 'w', control: true },
    { key: '0', control: true },
    { key: 'ArrowLeft', alt: true },
    { key: 'I', control: true },
  ])('keeps $key from leaving, reloading or resizing the page', (key) => {
    kiosk().open();
    expect(latest().isPressed(key)).toBe(false);
  });

  it.each([{ key: '4' }, { key: 'Enter' }, { key: 'c', control: true }, { key: 'r' }, { key: 'F2' }])(
    'lets the keypad, the barcode scanner and copying through: $key',
    (key) => {
      kiosk().open();
      expect(latest().isPressed(key)).toBe(true);
    },
  );
});
