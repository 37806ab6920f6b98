/** From the plate's digits to the driver's answer. */
import type { Page } from '@playwright/test';
import type { Words } from '../../renderer/words/index.ts';
import { button, key, rail, type ScreenState } from './state.ts';

const toCar = async (page: Page, w: Words) => {
  await rail(page, w, w.app.refuel);
  await key(page, '7890');
  await page.getByTestId('refuel-car').waitFor();
};
const toSum = async (page: Page, w: Words) => {
  await toCar(page, w);
  await key(page, '64988');
};
const toOutcome = async (page: Page, w: Words) => {
  await toSum(page, w);
  await page.getByRole('button', { name: new RegExp(`^${w.refuel.complete}`) }).click();
  await page.getByTestId('refuel-outcome').waitFor();
};
/** The payment of the car that is being looked at ends so. */
const ends = (page: Page, state: string) =>
  page.evaluate(
    `(() => {
      const visit = [...window.station.visits.values()].find((one) => one.plateTail === '7890');
      window.station.put({ ...visit, refuel: { ...visit.refuel, state: '${state}' } });
    })()`,
  );
const ending = (state: string): ScreenState => ({
  name: `refuel-${state}`,
  act: async (page, w) => {
    await toOutcome(page, w);
    await ends(page, state);
  },
});

export const refuelStates: readonly ScreenState[] = [
  { name: 'refuel-keypad', act: (page, w) => rail(page, w, w.app.refuel) },
  { name: 'refuel-nobody', query: 'lot=empty', act: (page, w) => rail(page, w, w.app.refuel) },
  {
    name: 'refuel-candidates',
    act: async (page, w) => {
      await rail(page, w, w.app.refuel);
      await key(page, '78');
      await page.getByTestId('refuel-candidate').first().waitFor();
    },
  },
  {
    name: 'refuel-no-match',
    act: async (page, w) => {
      await rail(page, w, w.app.refuel);
      await key(page, '9999');
      await page.getByText(w.refuel.noMatchHint).first().waitFor();
    },
  },
  { name: 'refuel-car', act: toCar },
  { name: 'refuel-sum', act: toSum },
  {
    name: 'refuel-wrong-fuel',
    act: async (page, w) => {
      await toSum(page, w);
      await page.getByRole('button', { name: /^(Gasoline|휘발유)/ }).click();
    },
  },
  {
    // The message of what was begun must not lie on the keys of the next car.
    name: 'refuel-begun',
    act: async (page, w) => {
      await toCar(page, w);
      await button(page, w.refuel.start).click();
      await page.getByTestId('toast').waitFor();
      await rail(page, w, w.app.refuel);
    },
  },
  { name: 'refuel-waiting', act: toOutcome },
  ending('paid'),
  ending('declined'),
  ending('expired'),
  ending('unknown'),
  ending('drive-off'),
  {
    name: 'refuel-settle-otherwise',
    act: async (page, w) => {
      await toOutcome(page, w);
      await ends(page, 'declined');
      await button(page, w.outcome.settle).click();
    },
  },
];
