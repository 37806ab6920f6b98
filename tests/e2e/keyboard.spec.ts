/**
 * The counter's screen without a finger: the cashier's and the attendant's job with the keyboard alone and with a
 * scanner; and what a pointer that moves may rely on.
 */
import { type Browser, expect, type Page, test } from '@playwright/test';
import { en as w } from '../../renderer/words/en.ts';
import { newId } from '../../shared/domain/index.ts';
import { Keyboard } from '../support/keyboard.ts';
import { begins, button, card, here, signIn } from '../support/kiosk-page.ts';
import { signedIn } from '../support/station-client.ts';
import { type demoPeople, World } from '../support/world.ts';

let world: World;
test.beforeAll(async () => {
  world = await World.start({ undoMs: 8_000 });
});
test.afterAll(() => world?.stop());
test.setTimeout(120_000);
test.use({ actionTimeout: 30_000 });

async function signedInAs(browser: Browser, who: keyof typeof demoPeople): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, world.url, who);
  return page;
}

/** All keys within a millisecond or two, as no hand and no test driver on a busy machine types. */
const scan = (page: Page, text: string) =>
  page.evaluate(
    (keys) => {
      for (const key of keys) {
        const at = document.activeElement ?? document.body;
        at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      }
    },
    [...text, 'Enter'],
  );

test('a cashier and an attendant work with the keyboard alone, and see where they are at each step', async ({
  browser,
}) => {
  const page = await signedInAs(browser, 'cashier');
  const keys = new Keyboard(page);
  const order = await world.drivesIn('78마7411', 'bay-2', { items: 1 });
  await here(page, '7411');
  const car = card(page, '7411');
  await keys.press(button(car, w.action.markReady));
  await expect(car).toHaveAttribute('data-pickup-state', 'ready');
  await keys.press(button(car, w.card.more('7411')));
  await keys.choose(page.getByRole('menuitem', { name: w.action.claim }));
  await keys.press(button(car, w.action.handOver));
  const check = page.getByRole('dialog');
  await expect(check).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(check).toHaveCount(0);
  await keys.isAt(button(car, w.action.handOver));
  await page.keyboard.press('Enter');
  await expect(button(check, w.handOver.submit)).toBeFocused();
  await page.keyboard.type('7411');
  await page.keyboard.press('Enter');
  await expect(car).toHaveAttribute('data-pickup-state', 'handed-over');
  await expect(check).toHaveCount(0);
  await keys.press(button(page, w.action.undo));
  await expect(car).toHaveAttribute('data-pickup-state', 'ready');

  // A scanner reads the bag's label: the order opens, nothing is handed over.
  await scan(page, order.number);
  await expect(page.getByRole('heading', { name: w.visit.order(order.number) })).toBeVisible();
  await keys.press(button(page, w.action.handOver));
  await expect(button(check, w.handOver.submit)).toBeFocused();
  await page.keyboard.type('7411');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toContainText(w.card.handedOver);
  await expect
    .poll(() => world.lot({ do: 'preorderState', preorderId: order.preorderId }), { timeout: 30_000 })
    .toMatchObject({ payment: 'captured' });

  await world.drivesIn('90바7522', 'pump-4', { fuel: 'diesel' });
  await keys.press(button(page.getByRole('navigation'), w.app.arrivals));
  await here(page, '7522');
  await keys.press(button(page.getByRole('navigation'), w.app.refuel));
  await page.keyboard.type('7522');
  await expect(page.getByTestId('refuel-car')).toBeVisible();
  await keys.press(
    button(
      page,
      begins((rest) => `${w.lane.pump(4)}, ${rest}`),
    ),
  );
  await keys.press(button(page, /^Diesel/));
  await keys.to(page.getByLabel(w.refuel.amount));
  await page.keyboard.type('30000');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('refuel-outcome')).toHaveAttribute('data-refuel-state', 'paid', {
    timeout: 30_000,
  });
  await page.context().close();
});

test('a card under a moving pointer keeps its place while the others change theirs', async ({ browser }) => {
  const page = await signedInAs(browser, 'cashier');
  await world.drivesIn('11거8611', 'bay-1', { items: 1 });
  await here(page, '8611');
  await world.drivesIn('11거8622', 'bay-2', { items: 1 });
  await here(page, '8622');
  const first = card(page, '8611');
  const second = card(page, '8622');
  const place = async () => {
    const box = await second.boundingBox();
    if (box === null) throw new Error('the card is gone');
    return { x: Math.round(box.x), y: Math.round(box.y) };
  };
  const was = await place();
  const wiggle = async (times: number) => {
    for (let i = 0; i < times; i += 1) {
      await page.mouse.move(was.x + 60 + (i % 2), was.y + 60);
      await page.waitForTimeout(100);
    }
  };
  const other = await signedIn(world.url, 'manager');
  const visitId = (await first.getAttribute('data-visit-id')) ?? '';
  const { visit } = await other.api.visits.get({ visitId });
  const pickupId = visit.pickup?.pickupId ?? '';
  await wiggle(2);
  // Somebody hands the first one over at another kiosk: its card goes to the end. The pointer does not rest meanwhile.
  const elsewhere = other.api.pickups.handOver({ idempotencyKey: newId(), pickupId, check: '8611' });
  await Promise.all([elsewhere, wiggle(12)]);
  other.close();
  await expect(first).toHaveAttribute('data-pickup-state', 'handed-over');
  await wiggle(3);
  expect(await place()).toEqual(was);
  // The hand goes away: now they take their places.
  await page.mouse.move(640, 2);
  await expect.poll(place, { timeout: 15_000 }).not.toEqual(was);
  await page.context().close();
});
