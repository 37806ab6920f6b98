/** What is handed over at a bay, and the carts: one world for both, for a world takes longest to start. */
import { expect, type Page, test } from '@playwright/test';
import { expectAccessible } from '../support/access-faults.ts';
import { card, goTo, signIn } from '../support/kiosk-page.ts';
import { World } from '../support/world.ts';

let world: World;
test.beforeAll(async () => {
  world = await World.start();
});
test.afterAll(() => world?.stop());

test('a paid preorder is recognised by its car, handed over, and captured at the server', async ({
  page,
}) => {
  await world.lot({
    do: 'newVehicle',
    plate: '12가3456',
    model: 'Kona',
    color: 'white',
    fuel: 'gasoline',
    jack: 'rotating',
    phone: { answer: 'approve', delayMs: 300 },
  });
  const order = await world.lot<{ preorderId: string; number: string }>({
    do: 'preorder',
    plate: '12가3456',
    items: 2,
  });
  await signIn(page, world.url, 'cashier');
  await world.lot({ do: 'vehicleParks', plate: '12가3456', laneId: 'bay-2', fast: true });

  const kona = card(page, '3456');
  await expect(kona).toHaveAttribute('data-presence', 'arrived', { timeout: 30_000 });
  // In which of two neighbouring bays is the presence's business, with tests of its own: it may say "Bay 1 or 2".
  await expect(kona).toContainText(/Bay (1 or )?2/i);
  await expect(kona).toContainText(order.number);
  await expect(kona, 'the board masks plates').not.toContainText('12가');
  await kona.getByRole('button', { name: 'Mark ready' }).click();
  await kona.getByRole('button', { name: 'Hand over' }).click();
  await expect(page.getByText(/undo/i).first()).toBeVisible();
  await expect
    .poll(
      async () =>
        (await world.lot<{ payment: string }>({ do: 'preorderState', preorderId: order.preorderId })).payment,
      { timeout: 20_000 },
    )
    .toBe('captured');
});

test('a hand-over by mistake is undone, and the server never hears of it', async ({ page }) => {
  await world.lot({
    do: 'newVehicle',
    plate: '68라0123',
    model: 'Ray',
    color: 'mint',
    fuel: 'gasoline',
    jack: 'rotating',
    phone: { answer: 'approve', delayMs: 300 },
  });
  const order = await world.lot<{ preorderId: string; number: string }>({
    do: 'preorder',
    plate: '68라0123',
    items: 1,
  });
  await signIn(page, world.url, 'cashier');
  await world.lot({ do: 'vehicleParks', plate: '68라0123', laneId: 'bay-1', fast: true });
  const ray = card(page, '0123');
  await expect(ray).toHaveAttribute('data-presence', 'arrived', { timeout: 30_000 });
  await ray.getByRole('button', { name: 'Mark ready' }).click();
  await ray.getByRole('button', { name: 'Hand over' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(ray).toHaveAttribute('data-pickup-state', 'ready');
  await expect(ray.getByRole('button', { name: 'Hand over' })).toBeVisible();
  const { payment } = await world.lot<{ payment: string }>({
    do: 'preorderState',
    preorderId: order.preorderId,
  });
  expect(payment).toBe('held');
});

const milk = { barcode: '8801000000017' };
const cart = (page: Page, number: number) => page.locator(`[data-testid="cart"][data-cart="${number}"]`);

async function shopper(plate: string, number: number): Promise<void> {
  await world.lot({ do: 'newVehicle', plate, jack: 'static', phone: { answer: 'approve', delayMs: 300 } });
  await world.lot({ do: 'cartTake', plate, number });
}

test('a cart is followed as it fills, looked at when its weight is wrong, and paid', async ({ page }) => {
  await signIn(page, world.url, 'cashier');
  await goTo(page, 'Carts');
  await expect(page.getByTestId('free-cart')).toHaveCount(6);
  const plate = '21가9898';
  await shopper(plate, 3);
  // The site wants the jack's code: the car stands outside with its engine on.
  await world.lot({ do: 'vehicleParks', plate, laneId: 'bay-1', fast: true });
  await world.lot({ do: 'cartPut', plate, ...milk, quantity: 2 });
  await world.lot({ do: 'cartPut', plate, barcode: '2000000000015', weightGram: 537 });
  await world.lot({ do: 'cartWeigh', plate, measuredGram: 3600 });
  await expect(cart(page, 3)).toHaveAttribute('data-state', 'needs-attention', { timeout: 10_000 });
  await cart(page, 3).click();
  const panel = page.getByTestId('cart-panel');
  await expect(panel).toContainText('Bananas');
  await expect(page.getByTestId('cart-total')).toContainText('7,943');
  await expect(panel).toContainText('Too heavy');
  await expectAccessible(page, 'a cart that needs a look');
  await page.getByRole('button', { name: 'Checked' }).click();
  await page.getByRole('button', { name: /^Check out/ }).click();
  await expect(page.getByTestId('free-cart')).toHaveCount(6, { timeout: 15_000 });
});
