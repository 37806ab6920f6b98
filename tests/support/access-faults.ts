import { expect, type Page } from '@playwright/test';
import axe from 'axe-core';

const wcag22aa = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * Axe itself, without its builder for Playwright: that takes half of each look, because it puts axe into the page anew
 * every time and carries everything that passes out of it. There are no frames here that would need it.
 *
 * @returns what axe finds against WCAG 2.2 AA, each with its place.
 */
export async function accessFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source);
  // Only what is wrong is described: the rest is thousands of elements.
  const options: axe.RunOptions = { runOnly: wcag22aa, resultTypes: ['violations'] };
  return page.evaluate<string[]>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' '))))`,
  );
}

export async function expectAccessible(page: Page, what: string): Promise<void> {
  expect(await accessFaults(page), `axe on ${what}`).toEqual([]);
}
