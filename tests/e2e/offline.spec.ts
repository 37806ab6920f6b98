import { expect, test } from '@playwright/test';
import { card, goTo, keyDigits, signIn } from '../support/kiosk-page.ts';
import { World } from '../support/world.ts';

let world: World;
test.beforeAll(async () => {
  world = await World.start();
});
test.afterAll(() => world?.stop());

test('with the payment server down, pickup and refuel go on, are queued, and arrive once when it is back', async ({
  page,
}) => {
  await world.lot({
    do: 'newVehicle',
    plate: '33카9090',
    model: 'Kona',
    color: 'white',
    fuel: 'gasoline',
    jack: 'rotating',
    phone: { answer: 'approve', delayMs: 300 },
  });
  const order = await world.lot<{ preorderId: string }>({ do: 'preorder', plate: '33카9090', items: 1 });
  // A car without a preorder is recognised offline when the site has seen it before.
  await world.lot({
    do: 'newVehicle',
    plate: '11바7842',
    model: 'Morning',
    color: 'red',
    fuel: 'gasoline',
    jack: 'static',
    phone: { answer: 'approve', delayMs: 300 },
  });
  await world.lot({ do: 'preorder', plate: '11바7842', items: 1 });
  await signIn(page, world.url, 'manager');
  await expect(page.getByTestId('pill-server')).toHaveAttribute('data-level', 'fine');

  await world.stopServer();
  await expect(page.getByTestId('banner-server')).toBeVisible({ timeout: 30_000 });
  await world.lot({ do: 'vehicleParks', plate: '33카9090', laneId: 'bay-1', fast: true });
  await world.lot({ do: 'vehicleParks', plate: '11바7842', laneId: 'pump-3', fast: true });

  const kona = card(page, '9090');
  await expect(kona).toHaveAttribute('data-presence', 'arrived', { timeout: 30_000 });
  await kona.getByRole('button', { name: 'Mark ready' }).click();
  await kona.getByRole('button', { name: 'Hand over' }).click();
  await expect(page.getByText(/undo/i).first()).toBeVisible();

  await expect(card(page, '7842')).toHaveAttribute('data-presence', 'arrived', { timeout: 30_000 });
  await goTo(page, 'Refuel');
  await keyDigits(page, '7842');
  await page.getByRole('button', { name: /^Pump 3,/ }).click();
  await page.getByRole('button', { name: /^Gasoline/ }).click();
  await page.getByLabel('Amount').fill('40000');
  await page.getByRole('button', { name: /^Complete/ }).click();
  const outcome = page.getByTestId('refuel-outcome');
  await expect(outcome).toHaveAttribute('data-refuel-state', 'awaiting-approval');
  await expect(outcome).toContainText(/server/i);

  await world.startServer();
  await expect(outcome).toHaveAttribute('data-refuel-state', 'paid', { timeout: 60_000 });
  await expect
    .poll(
      async () =>
        (await world.lot<{ payment: string }>({ do: 'preorderState', preorderId: order.preorderId })).payment,
      { timeout: 30_000 },
    )
    .toBe('captured');
  await expect(page.getByTestId('pill-server')).toHaveAttribute('data-level', 'fine');
  await expect(page.getByTestId('pill-outbox')).toHaveCount(0);
});
