/**
 * Each role's whole job on one site, as they work: in English at the counter's screen, in Korean on a
 * handheld. With the keyboard alone: keyboard.spec.ts; the installer's: installer.spec.ts.
 */
import { type Browser, expect, type Page, test } from '@playwright/test';
import { en } from '../../renderer/words/en.ts';
import { ko } from '../../renderer/words/ko.ts';
import { begins, button, card, here, includes, keyDigits } from '../support/kiosk-page.ts';
import { demoPeople, World } from '../support/world.ts';

let world: World;
/** Preorders whose undo runs out while the next test is at work. */
const handedOver: string[] = [];
test.beforeAll(async () => {
  world = await World.start({ undoMs: 8_000 });
});
test.afterAll(() => world?.stop());
test.setTimeout(120_000);
test.use({ actionTimeout: 30_000 });

const kiosks = [
  { locale: 'en', w: en, viewport: { width: 1280, height: 800 } },
  { locale: 'ko', w: ko, viewport: { width: 390, height: 844 } },
] as const;
type Kiosk = (typeof kiosks)[number];

async function open(browser: Browser, kiosk: Kiosk, who: keyof typeof demoPeople): Promise<Page> {
  const context = await browser.newContext({ viewport: kiosk.viewport });
  const page = await context.newPage();
  await page.addInitScript((locale) => {
    localStorage.setItem('kiosk.preferences', JSON.stringify({ locale, muted: true }));
  }, kiosk.locale);
  await page.goto(world.url);
  const { name, pin } = demoPeople[who];
  await page.getByRole('button', { name: new RegExp(name.replace('.', '\\.')) }).click();
  for (const digit of pin) await page.getByRole('button', { name: digit, exact: true }).click();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation')).toBeVisible();
  return page;
}

/** By the rail, or by the bar and its menu where there is no room for all. */
async function goTo(page: Page, { w }: Kiosk, screen: string): Promise<void> {
  const rail = page.getByRole('navigation');
  // Inside a job the bar makes room on a handheld: the way out is Back.
  for (let steps = 0; steps < 3 && !(await rail.isVisible()); steps += 1) {
    await page.getByRole('button', { name: w.app.back, exact: true }).click();
  }
  const entry = rail.getByRole('button', { name: screen, exact: true });
  if (await entry.isVisible()) {
    await entry.click();
    return;
  }
  await rail.getByRole('button', { name: w.app.more, exact: true }).click();
  await page.getByRole('menuitem', { name: screen, exact: true }).click();
}

const captured = (preorderId: string) =>
  expect
    .poll(async () => (await world.lot<{ payment: string }>({ do: 'preorderState', preorderId })).payment, {
      timeout: 30_000,
    })
    .toBe('captured');

for (const kiosk of kiosks) {
  const { w, locale } = kiosk;
  const said = `${locale}, ${kiosk.viewport.width} px`;
  const ending = locale === 'en' ? '1' : '2';

  test(`a cashier’s job: claim, charge, prepare, hand over, undo, hand over, lock (${said})`, async ({
    browser,
  }) => {
    const tail = `410${ending}`;
    const page = await open(browser, kiosk, 'cashier');
    const order = await world.drivesIn(`12가${tail}`, 'bay-1', { items: 2 });
    await here(page, tail);
    const car = card(page, tail);
    const menu = () => button(car, w.card.more(tail)).click();
    await menu();
    await page.getByRole('menuitem', { name: w.action.claim }).click();
    await menu();
    await expect(page.getByRole('menuitem', { name: w.action.release })).toBeVisible();
    await page.getByRole('menuitem', { name: w.action.charge, exact: true }).click();
    await keyDigits(page, '3500');
    await button(page, includes(w.charge.askFor)).click();
    await expect(page.getByTestId('charge-outcome')).toHaveAttribute('data-charge-state', 'paid', {
      timeout: 30_000,
    });

    await goTo(page, kiosk, w.app.arrivals);
    await button(car, w.card.open(tail)).click();
    const before = await page.getByText(w.visit.unavailable, { exact: true }).count();
    await page
      .getByRole('button', { name: begins((name) => `${w.visit.markUnavailable}: ${name}`) })
      .first()
      .click();
    await button(page.getByRole('dialog'), w.visit.markUnavailable).click();
    await expect(page.getByText(w.visit.unavailable, { exact: true })).toHaveCount(before + 1);
    await button(page, w.action.markReady).click();
    await button(page, w.app.back).click();

    await button(car, w.action.handOver).click();
    const check = page.getByRole('dialog');
    await keyDigits(page, '0000');
    await button(check, w.handOver.submit).click();
    await expect(page.getByText(w.refusals['pickup-check-failed'])).toBeVisible();
    await keyDigits(page, tail);
    await button(check, w.handOver.submit).click();
    await button(page, w.action.undo).click();
    await expect(car).toHaveAttribute('data-pickup-state', 'ready');
    await button(car, w.action.handOver).click();
    await keyDigits(page, tail);
    await button(check, w.handOver.submit).click();
    await expect(car).toHaveAttribute('data-pickup-state', 'handed-over');
    handedOver.push(order.preorderId);

    await button(page.getByRole('navigation'), w.app.lock).click();
    await expect(page.getByText(w.signIn.lockedBy(demoPeople.cashier.name))).toBeVisible();
    await expect(car).toBeHidden();
    await page.context().close();
  });

  test(`an attendant’s job: digits to paid in at most six taps, the wrong fuel confirmed twice (${said})`, async ({
    browser,
  }) => {
    const tail = `520${ending}`;
    const pump = locale === 'en' ? 1 : 3;
    const page = await open(browser, kiosk, 'attendant');
    await world.drivesIn(`34나${tail}`, `pump-${pump}`, { fuel: 'diesel' });
    await here(page, tail);
    await goTo(page, kiosk, w.app.refuel);
    await keyDigits(page, tail);
    await expect(page.getByTestId('refuel-car')).toBeVisible();

    // Every finger that comes down, but on the keypad, where the amount is typed.
    await page.evaluate(() => {
      const counted = window as unknown as { taps: number };
      counted.taps = 0;
      window.addEventListener(
        'pointerdown',
        ({ target }) => {
          if (target instanceof Element && target.closest('[data-key]') === null) counted.taps += 1;
        },
        true,
      );
    });
    await button(
      page,
      begins((rest) => `${w.lane.pump(pump)}, ${rest}`),
    ).click();
    await button(page, locale === 'en' ? /^Gasoline/ : /^휘발유/).click();
    await keyDigits(page, '50000');
    await button(page, includes(w.refuel.completeAsk)).click();
    const question = page.getByRole('dialog');
    await expect(question).toContainText(w.refuel.mismatchTitle);
    await button(question, w.refuel.mismatchFirst(w.fuels.gasoline)).click();
    await expect(page.getByTestId('refuel-outcome')).toHaveCount(0);
    await button(question, w.refuel.mismatchSecondButton).click();
    const outcome = page.getByTestId('refuel-outcome');
    await expect(outcome).toHaveAttribute('data-refuel-state', 'paid', { timeout: 30_000 });
    const taps = await page.evaluate(() => (window as unknown as { taps: number }).taps);
    expect(taps, 'pump, grade, complete, and the two for the wrong fuel').toBe(5);
    await page.context().close();
  });

  test(`a manager’s job: the day, a story, a refund, the shift, the books, the staff (${said})`, async ({
    browser,
  }) => {
    const tail = `630${ending}`;
    const page = await open(browser, kiosk, 'manager');
    await goTo(page, kiosk, w.app.log);
    await button(page, w.shift.open).click();
    await page.getByRole('dialog').getByRole('textbox').first().fill('50000');
    await button(page.getByRole('dialog'), w.shift.open).click();
    await expect(button(page, w.shift.close)).toBeVisible();

    await world.drivesIn(`56다${tail}`, 'bay-2');
    await goTo(page, kiosk, w.app.arrivals);
    await here(page, tail);
    await button(card(page, tail), w.card.more(tail)).click();
    await page.getByRole('menuitem', { name: w.action.charge, exact: true }).click();
    await keyDigits(page, '9000');
    await button(page, includes(w.charge.askFor)).click();
    const outcome = page.getByTestId('charge-outcome');
    await expect(outcome).toHaveAttribute('data-charge-state', 'paid', { timeout: 30_000 });
    await button(page, w.charge.refund).click();
    const refund = page.getByRole('dialog');
    await refund.getByLabel(w.charge.refundAmount).fill('4000');
    await refund.getByLabel(w.charge.refundReason).fill('Scratched');
    await button(refund, w.charge.refundSubmit).click();
    await expect(page.getByTestId('refund')).toHaveAttribute('data-refund-state', 'given-back', {
      timeout: 30_000,
    });

    await goTo(page, kiosk, w.app.log);
    const row = page.locator(`[data-testid="log-row"][data-plate-tail="${tail}"]`);
    await row.getByRole('button').first().click();
    await expect(page.getByRole('heading', { name: w.visit.story })).toBeVisible();
    await expect(page.getByRole('main')).toContainText(w.journal['visit-arrived'] ?? 'no words');
    await goTo(page, kiosk, w.app.log);
    await button(page, w.logbook.reconcileStart).click();
    await expect(page.getByTestId('reconciled').first()).toBeVisible();
    await button(page, w.shift.close).click();
    const closing = page.getByRole('dialog');
    await closing.getByLabel(w.shift.counted).fill('50000');
    await button(closing, w.shift.close).click();
    await expect(page.getByRole('dialog').getByTestId('z-report')).toContainText(/₩\s?9,000|9,000원/);
    await page.keyboard.press('Escape');

    const name = `Bora ${ending}`;
    await goTo(page, kiosk, w.app.staff);
    await button(page, w.staff.add).click();
    const dialog = page.getByRole('dialog');
    const pins = async (pin: string) => {
      await dialog.getByLabel(w.staff.pin).fill(pin);
      await dialog.getByLabel(w.staff.pinAgain).fill(pin);
      await button(dialog, w.staff.save).click();
    };
    await dialog.getByLabel(w.staff.name).fill(name);
    await pins(`739${ending}0`);
    const person = page.getByRole('listitem').filter({ hasText: name });
    await button(person, w.staff.resetPin).click();
    await pins(`846${ending}5`);
    await expect(page.getByText(w.staff.pinReset(name))).toBeVisible();
    await button(person, w.staff.retire).click();
    await button(dialog, w.staff.retire).click();
    await expect(person).toContainText(w.staff.retired);
    await page.context().close();
  });
}

test('what was handed over in these jobs is captured at the server (skipped where the cashier’s jobs were not run)', async () => {
  test.skip(handedOver.length === 0, 'nothing was handed over: the cashier’s jobs were not run');
  for (const preorderId of handedOver) await captured(preorderId);
});
