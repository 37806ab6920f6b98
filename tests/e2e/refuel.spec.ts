import { expect, type Page, test } from '@playwright/test';
import { card, goTo, keyDigits, signIn } from '../support/kiosk-page.ts';
import { World } from '../support/world.ts';

let world: World;
test.beforeAll(async () => {
  world = await World.start({ serverArgs: ['--demo-approval-seconds', '8'] });
});
test.afterAll(() => world?.stop());

async function arrive(
  plate: string,
  laneId: string,
  answer: 'approve' | 'decline' | 'silent',
): Promise<void> {
  await world.lot({
    do: 'newVehicle',
    plate,
    model: 'Sonata',
    color: 'grey',
    fuel: 'diesel',
    jack: 'static',
    phone: { answer, delayMs: 300 },
  });
  await world.lot({ do: 'vehicleParks', plate, laneId, fast: true });
}

/** From the four digits to Complete: at most six taps after the digits. */
async function refuel(page: Page, digits: string, pump: number, amount: string): Promise<void> {
  await goTo(page, 'Refuel');
  await keyDigits(page, digits);
  await page.getByRole('button', { name: new RegExp(`^Pump ${pump},`) }).click();
  await page.getByRole('button', { name: /^Diesel/ }).click();
  await page.getByLabel('Amount').fill(amount);
  await page.getByRole('button', { name: /^Complete/ }).click();
}

test('a car is picked by four digits, refueled, and the driver’s approval turns it to paid', async ({
  page,
}) => {
  await arrive('34나7890', 'pump-4', 'approve');
  await signIn(page, world.url, 'attendant');
  await expect(card(page, '7890')).toHaveAttribute('data-presence', 'arrived', { timeout: 30_000 });
  await refuel(page, '7890', 4, '64988');
  await expect(page.getByTestId('refuel-outcome')).toHaveAttribute('data-refuel-state', 'paid', {
    timeout: 20_000,
  });
});

test('a driver who declines leaves the refuel unpaid, and cash settles it', async ({ page }) => {
  await arrive('90아1177', 'pump-1', 'decline');
  await signIn(page, world.url, 'attendant');
  await expect(card(page, '1177')).toHaveAttribute('data-presence', 'arrived', { timeout: 30_000 });
  await refuel(page, '1177', 1, '30000');
  const outcome = page.getByTestId('refuel-outcome');
  await expect(outcome).toHaveAttribute('data-refuel-state', 'declined', { timeout: 20_000 });
  await page.getByRole('button', { name: 'Settle otherwise' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Cash', { exact: true }).click();
  await dialog.getByRole('textbox').fill('Driver paid in cash');
  await dialog.getByRole('button', { name: 'Settled' }).click();
  await expect(outcome).toHaveAttribute('data-refuel-state', 'settled-otherwise');
});

test('a driver who does not answer lets the request expire, and may be asked again', async ({ page }) => {
  await arrive('45자2210', 'pump-2', 'silent');
  await signIn(page, world.url, 'attendant');
  await expect(card(page, '2210')).toHaveAttribute('data-presence', 'arrived', { timeout: 30_000 });
  await refuel(page, '2210', 2, '50000');
  const outcome = page.getByTestId('refuel-outcome');
  await expect(outcome).toHaveAttribute('data-refuel-state', 'expired', { timeout: 30_000 });
  await world.lot({ do: 'phoneAnswers', plate: '45자2210', answer: 'approve' });
  await page.getByRole('button', { name: /ask again/i }).click();
  await expect(outcome).toHaveAttribute('data-refuel-state', 'paid', { timeout: 20_000 });
});
