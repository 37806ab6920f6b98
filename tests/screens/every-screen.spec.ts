/**
 * Every state of every screen, as `npm run screens` photographs it, in both languages, both themes
 * and at the kiosk's and the handheld's width: nothing that axe objects to, nothing that a gloved
 * finger would miss, nothing that sticks out at the side; and the same at 400 %.
 */
/// <reference lib="dom" />
import { expect, type Page, test } from '@playwright/test';
import { serveComponentPage } from '../../tools/screens/component-page.ts';
import { show, sizes, untilStill } from '../../tools/screens/state.ts';
import { states } from '../../tools/screens/states.ts';
import { accessFaults } from '../support/access-faults.ts';
import {
  brokenNumberFaults,
  coveredKeyFaults,
  hiddenFootFaults,
  overflowFaults,
  targetFaults,
} from './faults.ts';

test.describe.configure({ mode: 'parallel' });
// A trace of each would take longer than the looking.
test.use({ trace: 'off' });

let site: Awaited<ReturnType<typeof serveComponentPage>>;
/** One page for all states of a worker: what it has loaded once it need not load again. */
let page: Page;
const errors: string[] = [];
test.beforeAll(async ({ browser }) => {
  site = await serveComponentPage();
  page = await browser.newPage({ viewport: sizes.kiosk, reducedMotion: 'reduce' });
  page.on('pageerror', (error) => errors.push(error.message));
});
test.afterAll(async () => {
  await page.context().close();
  site.close();
});

/** Language and theme change from state to state, so that each screen meets each. */
const looks = [
  { locale: 'en', theme: 'light' },
  { locale: 'ko', theme: 'dark' },
  { locale: 'ko', theme: 'light' },
  { locale: 'en', theme: 'dark' },
] as const;

/** What the state before left behind in this page is not known to the next. */
const asNew = async () => {
  errors.length = 0;
  if (page.url() !== 'about:blank') {
    await page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
  }
  await page.setViewportSize(sizes.kiosk);
};

test('the look of axe finds what is wrong', async () => {
  await page.goto('about:blank');
  await page.setContent(
    '<html lang="en"><title>x</title><main><button></button><p style="color:#ddd;background:#fff">pale</p>',
  );
  const faults = await accessFaults(page);
  expect(faults).toEqual([
    expect.stringMatching(/^button-name: /),
    expect.stringMatching(/^color-contrast: /),
  ]);
});

for (const [index, state] of states.entries()) {
  const { locale, theme } = looks[index % looks.length] ?? looks[0];
  test(`${state.name} (${locale}, ${theme}) can be read, reached and tapped`, async () => {
    await asNew();
    await show(page, site.url, state, { size: 'kiosk', locale, theme });
    const faults: string[] = [];
    for (const size of ['kiosk', 'handheld'] as const) {
      if (state.not?.includes(size)) continue;
      await page.setViewportSize(sizes[size]);
      await expect.poll(() => page.evaluate<number>('innerWidth')).toBe(sizes[size].width);
      await untilStill(page);
      const found = [
        ...(await overflowFaults(page)),
        ...(await targetFaults(page)),
        ...(await coveredKeyFaults(page)),
        ...(await brokenNumberFaults(page)),
        ...(await accessFaults(page)),
      ];
      faults.push(...found.map((fault) => `${size}: ${fault}`));
    }
    expect([...errors, ...faults]).toEqual([]);
  });
}

test('nothing moves for who wants no motion, not even for a moment: each such moment is paid for by every element', async () => {
  await asNew();
  const busy = states.find(({ name }) => name === 'arrivals-busy');
  if (busy === undefined) throw new Error('the busy board is not among the states');
  await show(page, site.url, busy, { size: 'kiosk', locale: 'en', theme: 'light' });
  await page.evaluate(() => {
    document.body.dataset.moved = '0';
    document.addEventListener('transitionrun', () => {
      document.body.dataset.moved = String(Number(document.body.dataset.moved) + 1);
    });
  });
  await page.setViewportSize(sizes.handheld);
  await expect.poll(() => page.evaluate<number>('innerWidth')).toBe(sizes.handheld.width);
  await untilStill(page);
  expect(await page.evaluate(() => document.body.dataset.moved)).toBe('0');
});

/** Where digits are typed, and what is typed for is done: with gloves, on whatever the site has bought. */
const typing = [
  ...['sign-in-pin', 'refuel-keypad', 'refuel-candidates', 'refuel-car', 'refuel-sum', 'charge-cars'],
  ...['charge-sum', 'arrivals-hand-over-check', 'carts-price'],
];
for (const [index, state] of states.filter(({ name }) => typing.includes(name)).entries()) {
  const { locale, theme } = looks[index % looks.length] ?? looks[0];
  test(`${state.name} (${locale}) keeps its keys large, and what completes in sight, on small and low screens`, async () => {
    const faults: string[] = [];
    for (const size of ['small', 'lying', 'low'] as const) {
      await asNew();
      await page.setViewportSize(sizes[size]);
      await show(page, site.url, state, { size, locale, theme });
      const found = [
        ...(await overflowFaults(page)),
        ...(await targetFaults(page)),
        ...(await coveredKeyFaults(page)),
        ...(await hiddenFootFaults(page)),
      ];
      faults.push(...found.map((fault) => `${size}: ${fault}`));
    }
    expect([...errors, ...faults]).toEqual([]);
  });
}

/** The beginning of each screen: what is reached from there is laid out by the same parts. */
const enlarged = ['sign-in-people', 'arrivals-busy', 'refuel-sum', 'charge-sum', 'log-day', 'setup-site'];
for (const state of states.filter(({ name }) => enlarged.includes(name))) {
  test(`${state.name} enlarged to 400 % scrolls one way only`, async () => {
    await asNew();
    await page.setViewportSize(sizes.zoomed);
    await show(page, site.url, state, { size: 'zoomed', locale: 'en', theme: 'light' });
    expect(await overflowFaults(page)).toEqual([]);
  });
}
