import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { demoPeople, World } from '../support/world.ts';

let world: World;
test.beforeAll(async () => {
  world = await World.start();
});
test.afterAll(() => world?.stop());
// A second site starts beside the first, and its cars drive as cars do.
test.setTimeout(240_000);

async function openTraining(page: Page, locale: 'en' | 'ko', who: keyof typeof demoPeople): Promise<void> {
  await page.addInitScript((chosen) => {
    localStorage.setItem('kiosk.preferences', JSON.stringify({ locale: chosen, muted: true }));
  }, locale);
  await page.goto(world.url);
  await page.getByRole('button', { name: new RegExp(demoPeople[who].name.replace('.', '\\.')) }).click();
  await page.keyboard.type(demoPeople[who].pin);
  await page.keyboard.press('Enter');
  const more = page.locator('[data-coach="nav-more"]');
  const entry = page.locator('button[data-coach="nav-training"]');
  await expect(more.or(entry).filter({ visible: true }).first()).toBeVisible();
  if (await more.isVisible()) {
    await more.click();
    await page.locator('[role="menuitem"][data-coach="nav-training"]').click();
  } else await entry.click();
}

async function begin(page: Page, place: number): Promise<void> {
  await page.getByTestId('exercise').nth(place).getByRole('button').click();
  await expect(page.getByTestId('coach')).toHaveAttribute('data-state', 'running', { timeout: 120_000 });
}

const step = (page: Page, name: string) =>
  expect(page.getByTestId('coach-step')).toHaveAttribute('data-step', name, { timeout: 60_000 });

async function accessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`),
    what,
  ).toEqual([]);
}

/** What is pointed at can be seen, and the coach lies over none of it. */
async function pointsBesideTheCoach(page: Page): Promise<void> {
  const ring = await page.getByTestId('coach-ring').boundingBox();
  const coach = await page.getByTestId('coach').boundingBox();
  if (ring === null || coach === null) throw new Error('nothing is pointed at');
  expect(ring.y).toBeGreaterThanOrEqual(coach.y + coach.height - 10);
}

test('a new cashier does the first pickup with the keyboard, and a real car is said meanwhile', async ({
  page,
}) => {
  await openTraining(page, 'en', 'cashier');
  await accessible(page, 'the list of exercises');
  await begin(page, 0);
  await expect(page).toHaveTitle(/^TRAINING · /);
  await expect(page.getByText('Nothing here is real')).toBeVisible();
  await expect(page.getByRole('navigation').getByRole('button', { name: 'Setup' })).toHaveCount(0);

  await step(page, 'ready');
  await pointsBesideTheCoach(page);
  await accessible(page, 'an exercise under way');
  // Lock locks the real kiosk; the training waits behind it.
  await page.getByRole('navigation').getByRole('button', { name: 'Lock' }).click();
  await expect(page.getByTestId('coach')).toBeHidden();
  await page.keyboard.type(demoPeople.cashier.pin);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('coach')).toBeVisible();
  await expect(page.getByTestId('banner-station').filter({ visible: true })).toHaveCount(0);
  const kona = page.locator('[data-testid="visit-card"][data-plate-tail="3456"]').filter({ visible: true });
  await kona.getByRole('button', { name: 'Mark ready' }).press('Enter');
  await step(page, 'hand-over');
  await kona.getByRole('button', { name: 'Hand over' }).press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.type('1111');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('coach-hint')).toContainText('last four digits');

  // A real car, on the real lot.
  await world.lot({
    do: 'newVehicle',
    plate: '77두7070',
    model: 'Tucson',
    color: 'grey',
    fuel: 'gasoline',
    jack: 'rotating',
    phone: { answer: 'approve', delayMs: 300 },
  });
  await world.lot({ do: 'preorder', plate: '77두7070', items: 1 });
  await world.lot({ do: 'vehicleParks', plate: '77두7070', laneId: 'bay-1', fast: true });
  await expect(page.getByTestId('real-cars')).toContainText('A real car is at Bay 1', { timeout: 60_000 });

  await page.keyboard.type('3456');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('coach-finished')).toBeVisible({ timeout: 60_000 });
  await accessible(page, 'a finished exercise, with a real car waiting');

  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText('TRAINING – not a record, not a receipt')).toBeVisible();
  await page.emulateMedia({ media: 'screen' });

  await page.getByTestId('real-cars').getByRole('button').click();
  await expect(page.getByTestId('training')).toHaveCount(0);
  await expect(page).not.toHaveTitle(/TRAINING/);
  await expect(page.getByTestId('exercise').first()).toContainText('Finished, 1 mistake');
  await page.getByRole('navigation').getByRole('button', { name: 'Arrivals' }).click();
  await expect(page.locator('[data-testid="visit-card"][data-plate-tail="7070"]')).toBeVisible();
  await expect(page.locator('[data-testid="visit-card"][data-plate-tail="3456"]')).toHaveCount(0);
});

test.describe('on a handheld', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('an attendant does the first refuel in Korean', async ({ page }) => {
    await openTraining(page, 'ko', 'attendant');
    await begin(page, 1);
    await expect(page).toHaveTitle(/^연습 중 · /);
    await step(page, 'complete');
    await pointsBesideTheCoach(page);
    await accessible(page, 'an exercise on a handheld');
    await page.getByRole('navigation').getByRole('button', { name: '주유', exact: true }).click();
    for (const digit of '7812') await page.locator(`[data-key="${digit}"]`).filter({ visible: true }).click();
    await page
      .locator('[data-coach="pump"]')
      .getByRole('button', { name: /^3번 주유기/ })
      .click();
    await page.locator('[data-coach="grade"]').getByRole('button', { name: /^경유/ }).click();
    await page.getByLabel('금액').fill('50000');
    await pointsBesideTheCoach(page);
    await accessible(page, 'the form of a refuel in training');
    await page.locator('[data-coach="complete"]').click();
    await expect(page.getByTestId('coach-finished')).toBeVisible({ timeout: 90_000 });
    await page.getByRole('button', { name: '연습 끝내기' }).click();
    await expect(page.getByTestId('exercise').nth(1)).toContainText('완료, 실수 없음');
  });
});
