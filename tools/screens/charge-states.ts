/** A payment asked for at the counter. */
import type { Page } from '@playwright/test';
import type { Words } from '../../renderer/words/index.ts';
import { button, key, rail, type ScreenState } from './state.ts';

const toCar = async (page: Page, w: Words) => {
  await rail(page, w, w.app.charge);
  await key(page, '7890');
  await page.getByTestId('charge-car').waitFor();
};
const toSum = async (page: Page, w: Words) => {
  await toCar(page, w);
  await key(page, '24500');
};
/** One of today's charges that ended so. */
const ended = (state: string): ScreenState => ({
  name: `charge-${state}`,
  query: 'lot=charges',
  act: async (page, w) => {
    await rail(page, w, w.app.charge);
    await page.locator(`[data-testid="charge-row"][data-charge-state="${state}"]`).first().click();
    await page.getByTestId('charge-outcome').waitFor();
  },
});

export const chargeStates: readonly ScreenState[] = [
  { name: 'charge-cars', query: 'lot=charges', act: (page, w) => rail(page, w, w.app.charge) },
  { name: 'charge-nobody', query: 'lot=empty', act: (page, w) => rail(page, w, w.app.charge) },
  { name: 'charge-car', act: toCar },
  { name: 'charge-sum', act: toSum },
  {
    name: 'charge-waiting',
    act: async (page, w) => {
      await toSum(page, w);
      await page.getByRole('button', { name: new RegExp(w.charge.askFor('.*')) }).click();
      await page.getByTestId('charge-outcome').waitFor();
    },
  },
  ended('paid'),
  ended('declined'),
  ended('expired'),
  ended('unknown'),
  ended('cancelled'),
  {
    name: 'charge-refund',
    query: 'lot=charges&person=2',
    act: async (page, w) => {
      await rail(page, w, w.app.charge);
      await page.locator('[data-testid="charge-row"][data-charge-state="paid"]').first().click();
      await button(page, w.charge.refund).click();
    },
  },
];
