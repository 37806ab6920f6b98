/** In front of everything: who is working. */
import { button, cut, key, type ScreenState } from './state.ts';

const firstPerson = /Minji/;

export const signInStates: readonly ScreenState[] = [
  { name: 'sign-in-people', query: 'locked' },
  {
    name: 'sign-in-pin',
    query: 'locked',
    act: async (page) => {
      await button(page, firstPerson).click();
      await key(page, '25');
    },
  },
  {
    name: 'sign-in-wrong-pin',
    query: 'locked',
    act: async (page) => {
      await button(page, firstPerson).click();
      await key(page, '111111');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').first().waitFor();
    },
  },
  {
    name: 'sign-in-no-station',
    query: 'locked',
    act: cut,
  },
];
