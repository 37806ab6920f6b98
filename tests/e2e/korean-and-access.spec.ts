import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { card, goTo, signIn } from '../support/kiosk-page.ts';
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
    jack: 'rotating',
    phone: { answer: 'approve', delayMs: 300 },
  });
  await world.lot({ do: 'preorder', plate: '12가3456', items: 2 });
  await world.lot({ do: 'vehicleParks', plate: '12가3456', laneId: 'bay-2', fast: true });
  await world.lot({
    do: 'newVehicle',
    plate: '34나7890',
    model: 'Sonata',
    color: 'grey',
    fuel: 'diesel',
    jack: 'static',
    phone: { answer: 'approve', delayMs: 300 },
  });
  await world.lot({ do: 'vehicleParks', plate: '34나7890', laneId: 'pump-4', fast: true });
});
test.afterAll(() => world?.stop());

async function expectNothingSerious(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(
    violations.map((v) => `${where}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`),
    `axe on ${where}`,
  ).toEqual([]);
}

for (const [scheme, width, height] of [
  ['light', 1280, 800],
  ['dark', 1280, 800],
  ['light', 390, 844],
] as const) {
  test(`axe finds nothing on any screen (${scheme}, ${width} px)`, async ({ browser }) => {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
    const page = await context.newPage();
    await page.goto(world.url);
    await expect(page.getByRole('button', { name: /Minji/ })).toBeVisible();
    await expectNothingSerious(page, 'sign-in');
    await page.getByRole('button', { name: /Jiwoo/ }).click();
    await expectNothingSerious(page, 'PIN');
    await signIn(page, world.url, 'manager');
    await expect(card(page, '3456')).toHaveAttribute('data-presence', 'arrived', { timeout: 30_000 });
    await expectNothingSerious(page, 'arrivals');
    if (width > 1000) {
      for (const screen of ['Refuel', 'Charge', 'Daily log', 'Setup', 'Staff']) {
        await goTo(page, screen);
        await expectNothingSerious(page, screen);
      }
    } else {
      await page.getByRole('navigation').getByRole('button', { name: 'Refuel', exact: true }).click();
      await expect(page.getByRole('button', { name: '7', exact: true })).toBeVisible();
      await expectNothingSerious(page, 'Refuel');
      await page.getByRole('button', { name: 'Back', exact: true }).click();
      await page.getByRole('navigation').getByRole('button', { name: 'Charge', exact: true }).click();
      await expect(page.getByTestId('charge-candidate').first()).toBeVisible();
      await expectNothingSerious(page, 'Charge');
    }
    await context.close();
  });
}

test('the kiosk speaks Korean, and the language switches at any moment', async ({ page }) => {
  await signIn(page, world.url, 'cashier');
  await expect(card(page, '3456')).toHaveAttribute('data-presence', 'arrived', { timeout: 30_000 });
  await page.getByRole('navigation').getByRole('button', { name: '한국어' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  const kona = card(page, '3456');
  // Or '2번 또는 1번 픽업' while the lane is not certain.
  await expect(kona).toContainText(/2번( 또는 \d번)? 픽업/);
  await kona.getByRole('button', { name: '준비 완료' }).click();
  await kona.getByRole('button', { name: '상품 전달' }).click();
  await expect(page.getByRole('button', { name: '되돌리기' })).toBeVisible();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
});
