/**
 * A tablet whose own clock is set to another part of the world shows the site's times and days, not its own:
 * each screen that shows some, word for word the same as on a tablet set to the site's zone.
 */
/// <reference lib="dom" />
import { type Browser, expect, test } from '@playwright/test';
import { serveComponentPage } from '../../tools/screens/component-page.ts';
import { show, sizes } from '../../tools/screens/state.ts';
import { states } from '../../tools/screens/states.ts';

const withTimes = [
  ...['arrivals-busy', 'visit-story', 'charge-refund', 'log-day', 'log-day-chosen'],
  ...['menu-sold-out', 'setup-kiosks', 'setup-recordings', 'setup-walk-test', 'staff-sessions'],
];
const siteZone = 'Asia/Seoul';
/** Midnight does not exist there on 8 March; beyond the date line, where the days are others. */
const others = { 'America/Havana': withTimes, 'Pacific/Apia': ['visit-story', 'log-day', 'log-day-chosen'] };
/** In the month in which Havana's clocks change; 01:30 of the next day in Seoul, still the day before by business. */
const nowMs = Date.parse('2026-03-20T16:30:10Z');

let site: Awaited<ReturnType<typeof serveComponentPage>>;
test.beforeAll(async () => {
  site = await serveComponentPage();
});
test.afterAll(() => site.close());

/** What is another at every look: ids, and seconds that are counted. */
const passing = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\(\d+:\d\d\)/g;

/** Everything that is written on the screens, but for what passes. */
async function written(
  browser: Browser,
  timezoneId: string,
  names: readonly string[],
): Promise<Record<string, string>> {
  const page = await browser.newPage({ viewport: sizes.kiosk, reducedMotion: 'reduce', timezoneId });
  await page.clock.setFixedTime(nowMs);
  const texts: Record<string, string> = {};
  for (const state of states.filter(({ name }) => names.includes(name))) {
    await show(page, site.url, state, { size: 'kiosk', locale: 'en', theme: 'light' });
    const text = await page.evaluate(() => {
      for (const timer of document.querySelectorAll('[role="timer"]')) timer.remove();
      return document.body.innerText;
    });
    texts[state.name] = text.replaceAll(passing, '…');
  }
  await page.context().close();
  return texts;
}

test('shows the site’s times and days wherever it thinks it is', async ({ browser }) => {
  test.setTimeout(240_000);
  const atSite = await written(browser, siteZone, withTimes);
  expect(Object.keys(atSite)).toHaveLength(withTimes.length);
  expect(atSite['arrivals-busy']).toContain('01:30');
  expect(atSite['log-day-chosen']).toContain('20 March 2026');
  for (const [zone, names] of Object.entries(others)) {
    const there = await written(browser, zone, names);
    expect(Object.keys(there), zone).toHaveLength(names.length);
    expect(atSite, zone).toMatchObject(there);
  }
});
