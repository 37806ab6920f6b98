/** What a person at the kiosk does, in their words. */
import { expect, type Locator, type Page } from '@playwright/test';
import { demoPeople } from './world.ts';

export async function signIn(page: Page, url: string, who: keyof typeof demoPeople): Promise<void> {
  const { name, pin } = demoPeople[who];
  await page.goto(url);
  await page.getByRole('button', { name: new RegExp(name.replace('.', '\\.')) }).click();
  await page.keyboard.type(pin);
  await page.keyboard.press('Enter');
  // The PIN's hash is meant to take its time, and a busy machine takes more of it.
  const board = page.getByRole('heading', { name: /On the way|오는 중/ });
  await expect(board).toBeVisible({ timeout: 30_000 });
}

/** Opens a screen from the rail. */
export async function goTo(page: Page, screen: string): Promise<void> {
  const entry = page.getByRole('navigation').getByRole('button', { name: screen, exact: true });
  await entry.click();
  await expect(entry).toHaveAttribute('aria-current', 'page');
}

/** Keys the plate's digits in, as the attendant does. */
export async function keyDigits(page: Page, digits: string): Promise<void> {
  for (const digit of digits) await page.getByRole('button', { name: digit, exact: true }).click();
}

/** The card of the car whose plate ends in these four digits. */
export function card(page: Page, plateTail: string): Locator {
  return page.locator(`[data-testid="visit-card"][data-plate-tail="${plateTail}"]`);
}

export const here = (page: Page, tail: string) =>
  expect(card(page, tail)).toHaveAttribute('data-presence', 'arrived', { timeout: 30_000 });
export const button = (within: Page | Locator, name: string | RegExp) =>
  within.getByRole('button', { name, exact: typeof name === 'string' });
/** The words up to what the amount or the name would fill in. */
export const begins = (say: (text: string) => string) =>
  new RegExp(`^${(say('§').split('§')[0] ?? '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
export const includes = (say: (text: string) => string) =>
  new RegExp(
    say('§')
      .split('§')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*'),
  );
