/**
 * No page of the kiosk leads anywhere else: navigation, redirects, new windows and webviews are refused for
 * every page that Electron ever makes, whoever makes it. What is refused is reported, never opened elsewhere.
 */
interface Preventable {
  preventDefault(): void;
}

/** As much of Electron's WebContents as is used. */
export interface LockablePage {
  on(event: 'will-navigate', listener: (event: Preventable & { url: string }) => void): unknown;
  on(event: 'will-redirect', listener: (event: Preventable & { url: string }) => void): unknown;
  on(event: 'will-frame-navigate', listener: (event: Preventable & { url: string }) => void): unknown;
  on(event: 'will-attach-webview', listener: (event: Preventable) => void): unknown;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void;
}

export interface PageMaker {
  on(event: 'web-contents-created', listener: (event: unknown, page: LockablePage) => void): unknown;
}

/**
 * @param origin the one origin that pages may stay on, such as `app://kiosk`
 * @param onRefused told what was refused, without its query and fragment
 */
export function lockNavigation(app: PageMaker, origin: string, onRefused: (what: string) => void): void {
  const stayOrRefuse = (event: Preventable & { url: string }) => {
    if (originOf(event.url) === origin) return;
    event.preventDefault();
    onRefused(`navigation to ${withoutSecrets(event.url)}`);
  };
  app.on('web-contents-created', (_event, page) => {
    page.on('will-navigate', stayOrRefuse);
    page.on('will-redirect', stayOrRefuse);
    page.on('will-frame-navigate', stayOrRefuse);
    page.on('will-attach-webview', (event) => {
      event.preventDefault();
      onRefused('a webview');
    });
    page.setWindowOpenHandler(({ url }) => {
      onRefused(`a new window for ${withoutSecrets(url)}`);
      return { action: 'deny' };
    });
  });
}

/** Like URL.origin, which is the string "null" for schemes that are not the web's own. */
export function originOf(address: string): string | null {
  const url = URL.parse(address);
  return url === null ? null : `${url.protocol}//${url.host}`;
}

const withoutSecrets = (address: string) => address.replace(/[?#].*$/s, '').slice(0, 200);
