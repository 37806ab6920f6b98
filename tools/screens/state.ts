/** One state of one screen, reached as a person reaches it, whatever the language and the width. */
import type { Page } from '@playwright/test';
import { en } from '../../renderer/words/en.ts';
import type { Words } from '../../renderer/words/index.ts';
import { ko } from '../../renderer/words/ko.ts';

export const sizes = {
  kiosk: { width: 1280, height: 800 },
  tablet: { width: 800, height: 1280 },
  handheld: { width: 390, height: 844 },
  /** The lowest screens on which attendants and cashiers type: keys stay as tall as on the others. */
  small: { width: 360, height: 640 },
  lying: { width: 844, height: 390 },
  low: { width: 1024, height: 600 },
  /** 1280×800 enlarged to 400 %. */
  zoomed: { width: 320, height: 200 },
} as const;

export interface View {
  size: keyof typeof sizes;
  locale: 'en' | 'ko';
  theme: 'light' | 'dark';
}

export interface ScreenState {
  /** `screen-state`, the name of its pictures. */
  name: string;
  /** What the fake station has and who is signed in: the query of renderer/dev/main.tsx. */
  query?: string;
  /** What a person does until it is there. `w`: the words on the screen. */
  act?: (page: Page, w: Words) => Promise<void>;
  /** Shown whole, however long. */
  whole?: true;
  /** The station does not answer all that is asked here: it is shown as it waits. */
  answered?: false;
  /** Sizes at which it is never seen. */
  not?: readonly View['size'][];
}

const words: Record<View['locale'], Words> = { en, ko };

/** Opens the state; resolves when nothing moves any more. */
export async function show(page: Page, url: string, state: ScreenState, view: View): Promise<void> {
  const query = `${state.query ?? ''}&locale=${view.locale}&theme=${view.theme}`;
  await page.goto(`${url}?${query}`);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.locator('h1').first().waitFor();
  await state.act?.(page, words[view.locale]);
  if (state.answered === undefined) await untilAnswered(page);
  await untilStill(page);
}

/**
 * Resolves when the screen is there to its end, and nothing has been asked of the station for four frames: what was made
 * last asks last.
 * @throws when the station leaves something unanswered for ever, in a state that does not say so
 */
async function untilAnswered(page: Page): Promise<void> {
  await page.waitForFunction(
    `(() => {
      const asks = window.kiosk.queryClient.isFetching() > 0;
      const grows = document.querySelector(':not(button)[aria-busy="true"]') !== null;
      window.quietFrames = asks || grows ? 0 : (window.quietFrames ?? 0) + 1;
      return window.quietFrames >= 4;
    })()`,
    undefined,
    { timeout: 30_000 },
  );
}

/** Resolves when everything is laid out and nothing moves any more, but for what moves for ever. */
export async function untilStill(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
        .map((animation) => animation.finished),
    ).then(() => undefined),
  );
}

export const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name }).first();

/** Opens a screen from the rail, or from the bar's "more" on a handheld. */
export async function rail(page: Page, w: Words, screen: string): Promise<void> {
  const bar = page.getByRole('navigation', { name: w.app.navigation });
  const entry = bar.getByRole('button', { name: screen, exact: true });
  if (await entry.isVisible()) {
    await entry.click();
    return;
  }
  await bar.getByRole('button', { name: w.app.more, exact: true }).click();
  await page.getByRole('menuitem', { name: screen, exact: true }).click();
}

/** A part of a screen, chosen by its segment. */
export const segment = (page: Page, name: string) => button(page, name).click();

export const key = (page: Page, keys: string) => page.keyboard.type(keys, { delay: 5 });

/** The station is gone: its wires break and none opens. */
export const cut = (page: Page) =>
  page.evaluate<void>('window.station.cut(); window.kiosk.connection.breakWire()');
