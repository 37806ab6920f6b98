import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { expectAccessible } from '../support/access-faults.ts';
import { card, goTo, signIn } from '../support/kiosk-page.ts';
import { World } from '../support/world.ts';

let world: World;
test.beforeAll(async () => {
  world = await World.start({ undoMs: 0 });
});
test.afterAll(() => world?.stop());

test('a manager finds the day’s visits, takes them along as CSV, and closes the shift with what was counted', async ({
  page,
}) => {
  const plate = '12가3456';
  await world.lot({
    do: 'newVehicle',
    plate,
    model: 'Kona',
    color: 'white',
    fuel: 'gasoline',
    jack: 'static',
    phone: { answer: 'approve', delayMs: 300 },
  });
  await world.lot({ do: 'vehicleParks', plate, laneId: 'bay-1', fast: true });
  await signIn(page, world.url, 'manager');
  await expect(card(page, '3456')).toHaveAttribute('data-presence', 'arrived', { timeout: 30_000 });
  await goTo(page, 'Daily log');
  const visits = page.getByRole('region', { name: 'Visits' });
  await expect(visits.locator('[data-testid="log-row"][data-plate-tail="3456"]')).toBeVisible();
  await page.getByRole('searchbox').fill('9999');
  await expect(page.getByText('Nothing matches the search.')).toBeVisible();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expectAccessible(page, 'the daily log');

  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const file = await (await downloading).path();
  const bytes = await readFile(file);
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(bytes.toString('utf8')).toContain(plate);

  await page.getByRole('button', { name: 'Compare now' }).click();
  await expect(page.getByTestId('reconcile')).toContainText('Neither side has a payment');

  await page.getByRole('button', { name: 'Open a shift' }).click();
  const opening = page.getByRole('dialog');
  await opening.getByLabel('Cash in the drawer').fill('50000');
  await opening.getByRole('button', { name: 'Open a shift' }).click();
  await page.getByRole('button', { name: 'Close the shift' }).click();
  const closing = page.getByRole('dialog');
  await closing.getByLabel('Cash counted').fill('50000');
  await expectAccessible(page, 'the close of a shift');
  await closing.getByRole('button', { name: 'Close the shift' }).click();
  await expect(page.getByRole('dialog').getByTestId('z-report')).toContainText('Nothing was sold');
});
