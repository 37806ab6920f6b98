import { beforeEach, describe, expect, it } from 'vitest';
import { lockNavigation } from './navigation-lock.ts';
import { refusePermissions } from './permissions.ts';
import { FakeApp, FakeSession } from './testing/fake-electron.ts';
import { windowOptions } from './window-options.ts';

let refused: string[];
beforeEach(() => {
  refused = [];
});

describe("the kiosk's page", () => {
  const lockedPage = () => {
    const app = new FakeApp();
    lockNavigation(app, 'app://kiosk', (what) => refused.push(what));
    return app.makesPage();
  };

  it.each(['will-navigate', 'will-redirect', 'will-frame-navigate'] as const)(
    'stays on its own origin at every %s',
    (how) => {
      const page = lockedPage();
      expect(page.goes(how, 'app://kiosk/index.html')).toBe(true);
      for (const url of [
        'https://example.org/',
        'file:///etc/passwd',
        'app://kiosk.example.org/',
        'app://other/',
        'javascript:alert(1)',
        'data:text/html,x',
        'nonsense',
      ]) {
        expect(page.goes(how, url), url).toBe(false);
      }
    },
  );

  it('opens no window and holds no webview', () => {
    const page = lockedPage();
    expect(page.opensWindow('https://example.org/')).toBe('deny');
    expect(page.opensWindow('app://kiosk/')).toBe('deny');
    expect(page.attachesWebview()).toBe(false);
  });

  it('reports what was refused without the secrets an address may hold', () => {
    lockedPage().goes('will-navigate', 'https://example.org/pay?token=abc#card');
    expect(refused).toEqual(['navigation to https://example.org/pay']);
  });

  it.each(['media', 'geolocation', 'serial', 'usb', 'hid', 'notifications', 'openExternal', 'unknown'])(
    'never gets the permission %s, neither when it asks nor when it looks',
    (permission) => {
      const session = new FakeSession();
      expect(session.asks(permission), 'Electron alone would grant it').toBe(true);
      refusePermissions(session, (what) => refused.push(what));
      expect(session.asks(permission)).toBe(false);
      expect(session.checks(permission)).toBe(false);
      expect(refused).toEqual([`permission ${permission}`]);
    },
  );

  it('sees no device and no screen', () => {
    const session = new FakeSession();
    refusePermissions(session, () => {});
    expect(session.wantsDevice()).toBe(false);
    expect(session.capturesScreen()).toBe(false);
  });

  it('has no Node, no developer tools and no way out of its sandbox at a site', () => {
    const { webPreferences, kiosk, closable } = windowOptions({
      windowed: false,
      production: true,
      preload: '/preload.cjs',
    });
    expect(kiosk).toBe(true);
    expect(closable).toBe(false);
    expect(webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      devTools: false,
    });
  });

  it('fills the screen at a site and is an ordinary window in a demo', () => {
    const demo = windowOptions({ windowed: true, production: false, preload: '/preload.cjs' });
    expect(demo).toMatchObject({ kiosk: false, fullscreen: false, closable: true });
    expect(demo.webPreferences.devTools).toBe(true);
  });
});
