import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { expectAccessible } from '../support/access-faults.ts';
import { goTo, signIn } from '../support/kiosk-page.ts';
import { World } from '../support/world.ts';

let world: World;
test.beforeAll(async () => {
  world = await World.start();
  await world.lot({
    do: 'newVehicle',
    plate: '12가3456',
    model: 'Kona',
    color: 'white',
    fuel: 'gasoline',
    jack: 'static',
    phone: { answer: 'approve', delayMs: 300 },
  });
});
test.afterAll(() => world?.stop());

const receiver = (page: Page, id: string) => page.locator(`[data-testid="receiver"][data-receiver="${id}"]`);
const part = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('an installer sees receivers, a cable that is out within half a minute, and what is heard', async ({
  page,
}) => {
  await signIn(page, world.url, 'installer');
  await goTo(page, 'Setup');
  await expect(page.getByTestId('receiver').first()).toBeVisible();
  await expect(receiver(page, 'bay-1')).toHaveAttribute('data-health', 'healthy', { timeout: 20_000 });

  await world.lot({ do: 'vehicleParks', plate: '12가3456', laneId: 'bay-1', fast: true });
  await expect(page.getByTestId('live-chart').locator('canvas')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByTestId('why')).toContainText(/Arrived: .*Bay 1/, { timeout: 20_000 });
  await expectAccessible(page, 'receivers');

  await world.lot({ do: 'unplugReceiver', receiver: 'bay-1' });
  await expect(receiver(page, 'bay-1')).toHaveAttribute('data-health', /silent|failed/, { timeout: 30_000 });
  await expect(page.getByTestId('pill-radio')).not.toHaveAttribute('data-level', 'fine');
  await world.lot({ do: 'plugReceiver', receiver: 'bay-1' });
  await expect(receiver(page, 'bay-1')).toHaveAttribute('data-health', 'healthy', { timeout: 30_000 });
  await expect(page.getByTestId('pill-radio')).toHaveAttribute('data-level', 'fine');
});

test('what is set for a lane is in force and kept; what nobody may hear is not in the bundle', async ({
  page,
}) => {
  await signIn(page, world.url, 'installer');
  await goTo(page, 'Setup');
  await part(page, 'Lanes').click();
  await page.getByRole('button', { name: 'Bay 2', exact: true }).click();
  await page.getByLabel('In from (dBm)').first().fill('-60');
  await page.getByLabel('Out below (dBm)').first().fill('-50');
  await expect(page.getByRole('alert')).toContainText('-65');
  await page.getByLabel('Out below (dBm)').first().fill('-68');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByTestId('toast')).toContainText('Bay 2');

  await part(page, 'Recordings').click();
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  await expect(page.getByTestId('recording').first()).toHaveAttribute('data-ended', 'recording');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(page.getByTestId('recording').first()).toHaveAttribute('data-ended', 'stopped');

  const downloading = page.waitForEvent('download');
  await page.getByRole('region', { name: 'Diagnostics bundle' }).getByRole('button').click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^diagnostics-.*\.json$/);
  const text = await readFile(await download.path(), 'utf8');
  const bundle = JSON.parse(text);
  expect(bundle.settings.lanes.find((lane: { laneId: string }) => lane.laneId === 'bay-2')).toMatchObject({
    chosen: true,
    receivers: [{ receiverId: 'bay-2', enterDbm: -60, exitDbm: -68 }],
  });
  expect(bundle.healthHistory.length).toBeGreaterThan(0);
  expect(text).not.toContain('12가3456');
});
