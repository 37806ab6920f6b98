import { expect, type Locator, type Page, test } from '@playwright/test';
import { expectAccessible } from '../support/access-faults.ts';
import { card, goTo, keyDigits, signIn } from '../support/kiosk-page.ts';
import { demoPeople, World } from '../support/world.ts';

let world: World;
test.beforeAll(async () => {
  world = await World.start({ serverArgs: ['--demo-approval-seconds', '20'] });
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
    model: 'Kona',
    color: 'white',
    fuel: 'gasoline',
    jack: 'static',
    phone: { answer, delayMs: 300 },
  });
  await world.lot({ do: 'vehicleParks', plate, laneId, fast: true });
}

/** From the counter: four digits, an amount, the one strong button. */
async function charge(page: Page, digits: string, amount: string): Promise<Locator> {
  await expect(card(page, digits)).toHaveAttribute('data-presence', 'arrived', { timeout: 30_000 });
  await goTo(page, 'Charge');
  await keyDigits(page, digits);
  await expect(page.getByTestId('charge-car')).toBeVisible();
  await keyDigits(page, amount);
  await page.getByRole('button', { name: /^Ask the driver for/ }).click();
  return page.getByTestId('charge-outcome');
}

test('a car that is here pays at the counter with its jack’s code, and a part is given back with the manager’s PIN', async ({
  page,
}) => {
  await arrive('12가3456', 'bay-1', 'approve');
  await signIn(page, world.url, 'cashier');
  const outcome = await charge(page, '3456', '12500');
  await expect(outcome).toHaveAttribute('data-charge-state', 'paid', { timeout: 20_000 });
  await expect(outcome).toContainText('with the jack’s code');

  await page.getByRole('button', { name: 'Refund…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Amount to give back').fill('4500');
  await dialog.getByLabel('Why?').fill('Wrong size');
  await dialog.getByLabel(/PIN/).fill('9999');
  await dialog.getByRole('button', { name: 'Refund' }).click();
  await expect(page.getByText(/That PIN is wrong/)).toBeVisible();
  await dialog.getByLabel(/PIN/).fill(demoPeople.manager.pin);
  await expectAccessible(page, 'the refund');
  await dialog.getByRole('button', { name: 'Refund' }).click();
  const refund = page.getByTestId('refund');
  await expect(refund).toHaveAttribute('data-refund-state', 'given-back', { timeout: 15_000 });
  await expect(refund).toContainText(`allowed by ${demoPeople.manager.name}`);
  await expectAccessible(page, 'the outcome');
  await page.getByRole('button', { name: 'Next charge' }).click();
  await expect(page.getByTestId('charge-row').first()).toContainText('Partly refunded');
  await expectAccessible(page, 'the choice of the car');
});

test('a driver who declines has paid nothing, and may be asked again', async ({ page }) => {
  await arrive('90아1177', 'bay-2', 'decline');
  await signIn(page, world.url, 'cashier');
  const outcome = await charge(page, '1177', '8000');
  await expect(outcome).toHaveAttribute('data-charge-state', 'declined', { timeout: 20_000 });
  await world.lot({ do: 'phoneAnswers', plate: '90아1177', answer: 'approve' });
  await page.getByRole('button', { name: 'Ask again' }).click();
  await expect(outcome).toHaveAttribute('data-charge-state', 'paid', { timeout: 20_000 });
});

test('a request that nobody answers can be cancelled', async ({ page }) => {
  await arrive('45자2210', 'pump-2', 'silent');
  await signIn(page, world.url, 'cashier');
  const outcome = await charge(page, '2210', '30000');
  await expect(outcome).toHaveAttribute('data-charge-state', 'waiting');
  await expect(outcome).toContainText('Waiting for approval');
  await expect(outcome).toContainText(/left$|left/);
  await page.getByRole('button', { name: 'Cancel the request' }).click();
  await expect(outcome).toHaveAttribute('data-charge-state', 'cancelled', { timeout: 15_000 });
});
