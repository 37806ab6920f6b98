import { expect, test } from '@playwright/test';
import { card, signIn } from '../support/kiosk-page.ts';
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
  await expect(kona).toContainText('Bay 2', { ignoreCase: true });
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
