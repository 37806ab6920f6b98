/** The fleet of carts. */
import type { Page } from '@playwright/test';
import type { Words } from '../../renderer/words/index.ts';
import { button, rail, type ScreenState } from './state.ts';

const openCart = async (page: Page, w: Words, number: number) => {
  await rail(page, w, w.carts.title);
  await page.locator(`[data-testid="cart"][data-cart="${number}"]`).click();
};

export const cartStates: readonly ScreenState[] = [
  { name: 'carts-all', act: (page, w) => rail(page, w, w.carts.title) },
  { name: 'carts-in-use', act: (page, w) => openCart(page, w, 1) },
  { name: 'carts-needs-attention', act: (page, w) => openCart(page, w, 2) },
  {
    name: 'carts-price',
    act: async (page, w) => {
      await openCart(page, w, 2);
      await button(page, w.carts.setPrice).click();
    },
  },
  {
    name: 'carts-free',
    act: async (page, w) => {
      await openCart(page, w, 1);
      await button(page, w.carts.free).click();
    },
  },
  {
    name: 'carts-payment',
    act: async (page, w) => {
      await rail(page, w, w.carts.title);
      await page.getByTestId('cart-payment').first().click();
    },
  },
];
