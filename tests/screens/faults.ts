/** What a page must never have, whatever it shows. */
/// <reference lib="dom" />
import type { Page } from '@playwright/test';

/** The site's gloves: every target, and the keys of a keypad. */
const targetPx = 48;
const keyPx = 72;

/** @returns every target that a gloved finger would miss, with its size. */
export function targetFaults(page: Page): Promise<string[]> {
  return page.evaluate(
    ([least, leastKey]) => {
      const selector =
        'button, a[href], input:not([type=hidden]), select, textarea, summary, [role=button], [role=menuitem], [role=tab], [role=switch], [role=option]';
      const faults: string[] = [];
      for (const element of document.querySelectorAll<HTMLElement>(selector)) {
        if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        if (element.closest('.visually-hidden, [aria-hidden=true], [inert]')) continue;
        const own = element.getBoundingClientRect();
        if (own.width <= 1 && element.closest('label') === null) continue;
        // A box to tick, an amount to type: its label is tapped as well, and lies around or over it.
        const labels = [...((element as HTMLInputElement).labels ?? [])].map((label) =>
          label.getBoundingClientRect(),
        );
        const width = Math.max(own.width, ...labels.map((label) => label.width));
        const height = Math.max(own.height, ...labels.map((label) => label.height));
        const px = element.matches('[data-key]') ? leastKey : least;
        // Half a pixel is lost where the screen's scale is not whole.
        if (width + 0.5 >= px && height + 0.5 >= px) continue;
        const name = element.getAttribute('aria-label') ?? element.textContent?.trim() ?? '';
        faults.push(
          `${element.tagName.toLowerCase()} "${name.slice(0, 40)}" is ${Math.round(width)}×${Math.round(height)}, needs ${px}`,
        );
      }
      return faults;
    },
    [targetPx, keyPx] as const,
  );
}

/** @returns every key of a keypad on which something else lies: a button or a message that a thumb meant for it would press. */
export function coveredKeyFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const dialog = document.querySelector('[role="dialog"]');
    const faults: string[] = [];
    for (const key of document.querySelectorAll<HTMLElement>('[data-key]')) {
      // Behind a question nobody types.
      if (dialog !== null && !dialog.contains(key)) continue;
      if (!key.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      // What a low screen's question scrolls out of its sight is not pressed.
      const seen = dialog?.getBoundingClientRect() ?? new DOMRect(0, 0, innerWidth, innerHeight);
      const { left, right, top, bottom } = key.getBoundingClientRect();
      const inset = 10;
      for (const [x, y] of [
        [left + inset, top + inset],
        [right - inset, top + inset],
        [left + inset, bottom - inset],
        [right - inset, bottom - inset],
      ] as const) {
        if (x < seen.left || y < seen.top || x > seen.right || y > seen.bottom) continue;
        const there = document.elementFromPoint(x, y);
        if (there === null || key.contains(there)) continue;
        faults.push(
          `key "${key.dataset.key}" lies under ${there.tagName.toLowerCase()} "${there.textContent?.slice(0, 30)}"`,
        );
        break;
      }
    }
    return faults;
  });
}

/** @returns every button that completes what is typed and must be scrolled to, or whose words break inside. */
export function hiddenFootFaults(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-foot-actions] > button')].flatMap((button) => {
      if (!button.checkVisibility()) return [];
      const { left, right, top, bottom } = button.getBoundingClientRect();
      const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      const name = button.textContent?.slice(0, 40);
      if (bottom > innerHeight + 1 || there === null || !button.contains(there)) {
        return [`"${name}" is not in sight`];
      }
      return bottom - top > 96 ? [`"${name}" is ${Math.round(bottom - top)} px tall`] : [];
    }),
  );
}

/** @returns every number or sum that breaks into two lines: it would be read as two, or as a smaller one. */
export function brokenNumberFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode.textContent?.trim() ?? '';
      if (!/^[₩$€£−-]?\s?\d[\d.,:]*%?$/.test(text)) continue;
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (lines.size > 1) faults.push(`"${text}" stands in ${lines.size} lines`);
    }
    return faults;
  });
}

/** @returns what sticks out of the window's side, so that one would have to scroll sideways to read. */
export function overflowFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const out: string[] = [];
    // What holds a whole screen scrolls up and down only; a wide table inside it may scroll by itself.
    for (const holder of document.querySelectorAll<HTMLElement>('main, main > *, [role="dialog"]')) {
      if (holder.tagName === 'HEADER' || holder.className === 'visually-hidden') continue;
      if (holder.scrollWidth > holder.clientWidth + 1) {
        out.push(
          `${holder.tagName.toLowerCase()}.${holder.className} holds ${holder.scrollWidth} px in ${holder.clientWidth} px`,
        );
      }
    }
    if (scrollWidth <= clientWidth) return out;
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      const { right, width } = element.getBoundingClientRect();
      if (width > 0 && right > clientWidth + 1) {
        out.push(`${element.tagName.toLowerCase()}.${element.className} ends at ${Math.round(right)}`);
      }
    }
    return [`the page is ${scrollWidth} px wide in ${clientWidth} px`, ...out.slice(0, 4)];
  });
}
