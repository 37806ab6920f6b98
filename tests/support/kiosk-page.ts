/** What a person at the kiosk does, in their words. */
import { expect, type Locator, type Page } from '@playwright/test';
import { demoPeople } from './world.ts';

export async function signIn(page: Page, url: string, who: keyof typeof demoPeople): Promise<void> {
  const { name, pin } = demoPeople[who];
  await page.goto(url);
  await page.getByRole('button', { name: new RegExp(name.replace('.', '\\.')) }).click();
  await page.keyboard.type(pin);
  await expect(page.getByTestId('board')).toBeVisible();
}

/** The card of the car whose plate ends in these four digits. */
export function card(page: Page, plateTail: string): Locator {
  return page.locator(`[data-testid="visit-card"][data-plate-tail="${plateTail}"]`);
}
