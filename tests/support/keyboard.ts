/** Somebody who has only a keyboard: goes to things with Tab and must see at each stop where they are. */
import { expect, type Locator, type Page } from '@playwright/test';

/** More stops than any screen has. */
const mostStops = 150;

export class Keyboard {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Tab until there. Every stop on the way shows its focus. */
  async to(target: Locator): Promise<void> {
    await expect(target).toBeVisible();
    for (let stop = 0; stop < mostStops; stop += 1) {
      if (await isFocused(target)) return;
      await this.#page.keyboard.press('Tab');
      await this.#sees();
    }
    throw new Error(`not reached with Tab: ${target}`);
  }

  async press(target: Locator): Promise<void> {
    await this.to(target);
    await this.#page.keyboard.press('Enter');
  }

  /** In a menu that has just opened. */
  async choose(item: Locator): Promise<void> {
    await expect(item).toBeVisible();
    for (let stop = 0; stop < 20; stop += 1) {
      if (await isFocused(item)) {
        await this.#page.keyboard.press('Enter');
        return;
      }
      await this.#page.keyboard.press('ArrowDown');
    }
    throw new Error(`not reached with the arrows: ${item}`);
  }

  /** The focus is here, and can be seen. */
  async isAt(target: Locator): Promise<void> {
    await expect(target).toBeFocused();
    await this.#sees();
  }

  async #sees(): Promise<void> {
    const stop = await this.#page.evaluate(() => {
      const active = document.activeElement;
      if (active === null || active === document.body) return null;
      const shows = (element: Element) => {
        const style = getComputedStyle(element);
        return (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none';
      };
      // A field may be marked by the frame around it.
      const seen = [active, active.parentElement, active.parentElement?.parentElement].some(
        (element) => element !== null && element !== undefined && shows(element),
      );
      return { seen, what: active.outerHTML.slice(0, 160) };
    });
    // Between the last stop and the first the browser's own controls have the focus.
    if (stop !== null) expect(stop.seen, `focus that nobody sees: ${stop.what}`).toBe(true);
  }
}

const isFocused = (target: Locator) => target.evaluate((element) => element === document.activeElement);
