/** What the site sells, and what of it is sold out today. */
import type { Page } from '@playwright/test';
import type { Words } from '../../renderer/words/index.ts';
import { button, rail, type ScreenState } from './state.ts';

const openMenu = (page: Page, w: Words) => rail(page, w, w.menu.title);
const soldOut = (name: string, sync: 'sent' | 'attention') =>
  `window.station.menu.put('${name}', { soldOutUntilMs: Date.now() + 6 * 3600000, sync: '${sync}' })`;

export const menuStates: readonly ScreenState[] = [
  {
    name: 'menu-sold-out',
    act: async (page, w) => {
      await page.evaluate<void>(soldOut('Salt bread', 'sent'));
      await openMenu(page, w);
      await page.locator('[data-testid="menu-item"][data-sold-out]').waitFor();
    },
  },
  {
    name: 'menu-offline',
    act: async (page, w) => {
      await page.evaluate<void>(soldOut('Ham and cheese sandwich', 'attention'));
      await page.evaluate<void>(
        `window.station.setStatus({ server: { state: 'unreachable', sinceMs: Date.now() - 60000, reason: 'network' } })`,
      );
      await openMenu(page, w);
      await page.locator('[data-testid="menu-item"][data-sold-out]').waitFor();
    },
  },
  {
    name: 'menu-not-loaded',
    query: 'misbehaves=menu:fails',
    act: async (page, w) => {
      await openMenu(page, w);
      await page.getByRole('alert').waitFor();
    },
  },
  { name: 'menu-loading', query: 'misbehaves=menu:never', act: openMenu, answered: false },
  {
    name: 'menu-not-told-yet',
    act: async (page, w) => {
      await page.evaluate<void>('window.station.menu.asOfMs = null');
      await openMenu(page, w);
    },
  },
  {
    name: 'menu-from-an-order',
    act: async (page, w) => {
      await page.locator('[data-testid="visit-card"][data-pickup-state="preparing"] button').first().click();
      await button(page, new RegExp(`^${w.visit.markUnavailable}`)).click();
    },
  },
];
