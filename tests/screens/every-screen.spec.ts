/**
 * Every state of every screen, as `npm run screens` photographs it, in both languages, both themes
 * and at the kiosk's and the handheld's width: nothing that axe objects to, nothing that a gloved
 * finger would miss, nothing that sticks out at the side; and the same at 400 %.
 */
import { expect, test } from '@playwright/test';
import { serveComponentPage } from '../../tools/screens/component-page.ts';
import { type ScreenState, show, sizes, untilStill } from '../../tools/screens/state.ts';
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

/** Language and theme change from state to state, so that each screen meets each. */
const looks = [
  { locale: 'en', theme: 'light' },
  { locale: 'ko', theme: 'dark' },
  { locale: 'ko', theme: 'light' },
  { locale: 'en', theme: 'dark' },
] as const;

/** Each state at one width; `EVERY_WIDTH=1` looks at both, which takes twice as long. */
const widthsOf = (index: number, state: ScreenState) => {
  const both = (['kiosk', 'handheld'] as const).filter((size) => !state.not?.includes(size));
  if (process.env.EVERY_WIDTH) return both;
  // Another width than last time for the same look: 0 wide, 1 narrow, 2 narrow, 3 wide.
  return both.length < 2 ? both : both.filter((size) => (size === 'kiosk') === [0, 3].includes(index % 4));
};

for (const [index, state] of states.entries()) {
  const { locale, theme } = looks[index % looks.length] ?? looks[0];
  test(`${state.name} (${locale}, ${theme}) can be read, reached and tapped`, async ({ browser }) => {
    const context = await browser.newContext({ viewport: sizes.kiosk, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await show(page, site.url, state, { size: 'kiosk', locale, theme });
    for (const size of widthsOf(index, state)) {
      await page.setViewportSize(sizes[size]);
      await expect.poll(() => page.evaluate<number>('innerWidth')).toBe(sizes[size].width);
      await untilStill(page);
      const found = [
        ...(await overflowFaults(page)),
        ...(await targetFaults(page)),
        ...(await accessFaults(page)),
      ];
      faults.push(...found.map((fault) => `${size}: ${fault}`));
    }
    expect(faults).toEqual([]);
    await context.close();
  });
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
