/**
 * Every state of every screen, as `npm run screens` photographs it, in both languages, both themes
 * and at the kiosk's and the handheld's width: nothing that axe objects to, nothing that a gloved
 * finger would miss, nothing that sticks out at the side; and the same at 400 %.
 */
import { expect, test } from '@playwright/test';
import { serveComponentPage } from '../../tools/screens/component-page.ts';
import { type ScreenState, show, sizes, type View } from '../../tools/screens/state.ts';
import { states } from '../../tools/screens/states.ts';
import { accessFaults, overflowFaults, targetFaults } from './faults.ts';

test.describe.configure({ mode: 'parallel' });
// A trace of each would take longer than the looking.
test.use({ trace: 'off' });

let site: Awaited<ReturnType<typeof serveComponentPage>>;
test.beforeAll(async () => {
  site = await serveComponentPage();
});
test.afterAll(() => site.close());

/** Language, theme and width change from state to state, so that each meets each. */
function viewsOf(state: ScreenState, index: number): View[] {
  const even = index % 2 === 0;
  const views: View[] = [
    { size: 'kiosk', locale: even ? 'en' : 'ko', theme: even ? 'light' : 'dark' },
    { size: 'handheld', locale: even ? 'ko' : 'en', theme: index % 4 < 2 ? 'light' : 'dark' },
  ];
  return views.filter(({ size }) => !state.not?.includes(size));
}

for (const [index, state] of states.entries()) {
  for (const view of viewsOf(state, index)) {
    test(`${state.name} (${view.size}, ${view.locale}, ${view.theme}) can be read, reached and tapped`, async ({
      browser,
    }) => {
      const context = await browser.newContext({ viewport: sizes[view.size], reducedMotion: 'reduce' });
      const page = await context.newPage();
      const thrown: string[] = [];
      page.on('pageerror', (error) => thrown.push(error.message));
      await show(page, site.url, state, view);
      const overflow = await overflowFaults(page);
      const targets = await targetFaults(page);
      const access = await accessFaults(page);
      expect([...overflow, ...targets, ...access, ...thrown]).toEqual([]);
      await context.close();
    });
  }
}

/** The beginning of each screen: what is reached from there is laid out by the same parts. */
const enlarged = ['sign-in-people', 'arrivals-busy', 'refuel-sum', 'charge-sum', 'log-day', 'setup-site'];
for (const state of states.filter(({ name }) => enlarged.includes(name))) {
  test(`${state.name} enlarged to 400 % scrolls one way only`, async ({ browser }) => {
    const page = await browser.newPage({ viewport: sizes.zoomed, reducedMotion: 'reduce' });
    await show(page, site.url, state, { size: 'zoomed', locale: 'en', theme: 'light' });
    expect(await overflowFaults(page)).toEqual([]);
    await page.context().close();
  });
}
