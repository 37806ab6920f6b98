import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { goTo, signIn } from '../support/kiosk-page.ts';
import { World } from '../support/world.ts';

let world: World;
test.beforeAll(async () => {
  world = await World.start();
});
test.afterAll(() => world?.stop());

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
  const plate = '12가3456';
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
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa']).analyze();
  expect(violations.map((v) => v.id)).toEqual([]);
  await page.getByRole('button', { name: 'I have looked at it' }).click();
  await page.getByRole('button', { name: /^Check out/ }).click();
  await expect(page.getByTestId('free-cart')).toHaveCount(6, { timeout: 15_000 });
});
