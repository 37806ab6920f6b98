/** The whole kiosk on a fake station, for component tests. */
import { cleanup, configure, render } from '@testing-library/react';
import type { VisitView } from '../../shared/station-contract/index.ts';
import { createKiosk } from '../session/index.ts';
import { App } from '../shell/app.tsx';
import { BehindSignIn } from '../shell/behind-sign-in.tsx';
import { people } from './fake-lot.ts';
import { FakeStation } from './fake-station.ts';

// A busy machine draws a whole kiosk in more than the second that is waited by default.
configure({ asyncUtilTimeout: 4_000 });

// A warning with an element in it would print all that hangs on the element: thousands of lines.
const { warn } = console;
console.warn = (...words: unknown[]) =>
  warn(...words.map((word) => (word instanceof Node ? word.nodeName : word)));

const open: { stop(): void }[] = [];

/** What happy-dom lacks and Mantine asks for. */
function completeTheDom(): void {
  window.matchMedia ??= (query: string) =>
    ({
      matches: false,
      media: query,
      addEventListener() {},
      removeEventListener() {},
    }) as unknown as MediaQueryList;
  globalThis.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  Element.prototype.scrollIntoView ??= () => {};
}

export function openKiosk(options: { visits?: VisitView[]; signedIn?: boolean; locale?: 'en' | 'ko' } = {}) {
  completeTheDom();
  localStorage.clear();
  const station = new FakeStation(options.visits);
  const kiosk = createKiosk(station.openWire);
  kiosk.preferences.change({ locale: options.locale ?? 'en', muted: true });
  const [person] = people;
  if (options.signedIn !== false && person) kiosk.session.signedIn(person, 'fake');
  kiosk.start();
  open.push(kiosk);
  return { station, kiosk, ...render(<App kiosk={kiosk} behindSignIn={BehindSignIn} />) };
}

export function closeKiosks(): void {
  cleanup();
  for (const kiosk of open.splice(0)) kiosk.stop();
}
