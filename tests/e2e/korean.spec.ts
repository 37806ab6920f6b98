import { expect, test } from '@playwright/test';
import { card, signIn } from '../support/kiosk-page.ts';
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
