import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** @returns what axe finds against WCAG 2.2 AA, each with its place. */
export async function accessFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    // There are no frames here: without this each look opens a page of its own to add them up.
    .setLegacyMode()
    // What passes is thousands of elements, each of which would be described: that took two fifths of the time.
    .options({ resultTypes: ['violations'] })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

export async function expectAccessible(page: Page, what: string): Promise<void> {
  expect(await accessFaults(page), `axe on ${what}`).toEqual([]);
}
