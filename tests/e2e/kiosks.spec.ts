/** A second kiosk at the same site: it is let in, works beside the first one, and is shut out. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { type Browser, expect, type Locator, type Page, test } from '@playwright/test';
import { expectAccessible } from '../support/access-faults.ts';
import { HeldWire } from '../support/held-wire.ts';
import { Device } from '../support/joined-device.ts';
import { card, goTo, signIn } from '../support/kiosk-page.ts';
import { World } from '../support/world.ts';

const plate = '77하4321';
let world: World;
test.beforeAll(async () => {
  world = await World.start({ network: true });
  await world.lot({
    do: 'newVehicle',
    plate,
    model: 'Ioniq 5',
    color: 'white',
    fuel: 'gasoline',
    jack: 'static',
    phone: { answer: 'approve', delayMs: 300 },
  });
  await world.lot({ do: 'preorder', plate, items: 1 });
  await world.lot({ do: 'vehicleParks', plate, laneId: 'bay-2', fast: true });
});
test.afterAll(() => world?.stop());

/** The station's own address: this machine may have no other network, and its certificate names both. */
const onThisMachine = (address: string) => `https://127.0.0.1:${new URL(address).port}`;
const port = (address: string) => Number(new URL(address).port);

async function openKiosks(page: Page, words = { setup: 'Setup', kiosks: 'Kiosks' }): Promise<void> {
  await goTo(page, words.setup);
  await page.getByRole('button', { name: words.kiosks, exact: true }).click();
}

/** Makes a code at the first kiosk and reads it as a person does. */
async function readCode(first: Page): Promise<{ code: string; address: string }> {
  await first.getByRole('button', { name: 'Let a device in' }).click();
  const code = ((await first.getByTestId('join-code').textContent()) ?? '').replace(/\D/g, '');
  const address = ((await first.getByTestId('join-address').textContent()) ?? '').trim();
  await expect(first.getByRole('img', { name: 'QR code with the address and the code' })).toBeVisible();
  return { code, address };
}

/** A browser of its own that goes past the warning, as a person does who has compared the fingerprint. */
async function secondBrowser(browser: Browser, more: { width?: number; locale?: string } = {}) {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: more.width === undefined ? { width: 1280, height: 800 } : { width: more.width, height: 844 },
    ...(more.locale === undefined ? {} : { locale: more.locale }),
  });
  return await context.newPage();
}

/** The card's menu, open, and in it the words for taking the car over. */
async function claimItem(page: Page, tail: string): Promise<Locator> {
  await expect(card(page, tail)).toHaveAttribute('data-presence', 'arrived', { timeout: 30_000 });
  await card(page, tail)
    .getByRole('button', { name: `More for the car ending ${tail}` })
    .click();
  const item = page.getByRole('menuitem', { name: 'Take this car' });
  await expect(item).toBeVisible();
  return item;
}

test('a handheld is let in with the code, works beside the counter, and is shut out at once', async ({
  page: first,
  browser,
}) => {
  await signIn(first, world.url, 'manager');
  await openKiosks(first);
  await expect(first.getByText('No other device has been let in yet.')).toBeVisible();
  const { code, address } = await readCode(first);
  expect(code).toHaveLength(8);

  const second = await secondBrowser(browser, { width: 390 });
  await second.goto(onThisMachine(address));
  await expect(second.getByRole('heading', { name: 'Join this site’s kiosks' })).toBeVisible();
  await expect(second.getByRole('button', { name: /Minji/ })).toHaveCount(0);
  await second.getByRole('textbox', { name: 'Code (8 digits)' }).fill('00000000');
  await second.getByRole('textbox', { name: 'What is this device called?' }).fill('Pump handheld');
  await second.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(second.getByRole('alert')).toContainText('wrong or no longer valid');
  await second.getByRole('textbox', { name: 'Code (8 digits)' }).fill(code);
  await second.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(first.getByText('Pump handheld was let in.')).toBeVisible();
  await first.getByRole('button', { name: 'Done' }).click();

  await second.getByRole('button', { name: /Seojun/ }).click();
  await second.keyboard.type('1302');
  await second.keyboard.press('Enter');
  await expect(card(second, '4321')).toHaveAttribute('data-presence', 'arrived', { timeout: 30_000 });
  const row = first.getByTestId('kiosk-device').filter({ hasText: 'Pump handheld' });
  await expect(row).toHaveAttribute('data-on', 'true');
  await expect(row).toContainText('Signed in: Seojun P.');

  // The claim shows on the first kiosk, with the name and the place.
  await goTo(first, 'Arrivals');
  await claimItem(second, '4321').then((item) => item.click());
  await expect(card(first, '4321')).toContainText('Seojun P. (Pump handheld)');

  await openKiosks(first);
  await row.getByRole('button', { name: 'Remove' }).click();
  await first.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(second.getByRole('heading', { name: 'This kiosk was removed' })).toBeVisible();
  await expect(card(second, '4321')).toHaveCount(0);
  await expectAccessible(second, 'shut out');
  await expect(row).toHaveCount(0);
  await second.getByRole('button', { name: 'Join again with a code' }).click();
  await expect(second.getByRole('heading', { name: 'Join this site’s kiosks' })).toBeVisible();
  await second.context().close();
});

test('two kiosks tap the same card in the same instant: one has it, the other gets the name', async ({
  page: first,
  browser,
}) => {
  const second = await secondBrowser(browser);
  const wires = [await HeldWire.of(first), await HeldWire.of(second)];
  await signIn(first, world.url, 'manager');
  await openKiosks(first);
  const { code, address } = await readCode(first);
  // As the QR code brings it along.
  await second.goto(`${onThisMachine(address)}/#code=${code}`);
  await expect(second.getByRole('textbox', { name: 'Code (8 digits)' })).toHaveValue(code);
  expect(new URL(second.url()).hash).toBe('');
  await second.getByRole('textbox', { name: 'What is this device called?' }).fill('Second counter');
  await second.keyboard.press('Enter');
  await second.getByRole('button', { name: /Seojun/ }).click();
  await second.keyboard.type('1302');
  await second.keyboard.press('Enter');
  await first.getByRole('button', { name: 'Done' }).click();
  await signIn(first, world.url, 'cashier');

  await world.lot({
    do: 'newVehicle',
    plate: '88허5678',
    model: 'Kona',
    color: 'grey',
    fuel: 'gasoline',
    jack: 'static',
    phone: { answer: 'approve', delayMs: 300 },
  });
  await world.lot({ do: 'preorder', plate: '88허5678', items: 1 });
  await world.lot({ do: 'vehicleParks', plate: '88허5678', laneId: 'bay-1', fast: true });
  const taps = [await claimItem(first, '5678'), await claimItem(second, '5678')];
  // Both taps reach the station before either kiosk has heard of the other's.
  const sent = wires.map((wire) => wire.sent('visits/claim'));
  for (const wire of wires) wire.shut();
  for (const item of taps) await item.click();
  await Promise.all(sent);
  for (const wire of wires) wire.open();
  const isSaid = (page: Page) => page.getByText(/is serving this car\. Nothing was changed/);
  // Exactly one of the two is told, whichever it is, and both see the same name on the card.
  await expect(async () => {
    const told = [await isSaid(first).count(), await isSaid(second).count()];
    expect(told.toSorted()).toEqual([0, 1]);
    const [loser, winner] = told[0] === 1 ? [first, 'Seojun P.'] : [second, 'Minji K.'];
    await expect(card(loser, '5678')).toContainText(winner, { timeout: 1_000 });
  }).toPass({ timeout: 10_000 });
  await second.context().close();
});

test('the certificate is good for whoever trusts the station: no warning is gone past', async ({ page }) => {
  await signIn(page, world.url, 'installer');
  await openKiosks(page);
  const shown = await page.locator('[data-fingerprint]').first().getAttribute('data-fingerprint');
  const address = await page
    .getByText(/^https:\/\//)
    .first()
    .textContent();
  const ca = readFileSync(`${world.stationDataDir}/tls/authority.crt.pem`, 'utf8');
  const served = await new Promise<string>((resolve, reject) => {
    const socket = connect(
      { host: '127.0.0.1', port: port(address ?? ''), servername: 'localhost', ca },
      () => {
        resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
        socket.end();
      },
    );
    socket.on('error', reject);
  });
  expect(served).toBe(shown);
  const answer = await new Device(port(address ?? ''), ca).ask('/station.crt');
  const authority = await page.locator('[data-fingerprint]').nth(1).getAttribute('data-fingerprint');
  expect(new X509Certificate(answer.body).fingerprint256).toBe(authority);
});

for (const [width, locale] of [
  [1280, 'en-US'],
  [390, 'ko-KR'],
] as const) {
  test(`axe finds nothing on the join screen and on the devices (${width} px, ${locale})`, async ({
    browser,
  }) => {
    const ko = locale === 'ko-KR';
    const first = await secondBrowser(browser, { width: 1280 });
    await signIn(first, world.url, 'manager');
    await openKiosks(first);
    const { address } = await readCode(first);
    await expectAccessible(first, 'let a device in');
    await first.keyboard.press('Escape');
    await first.setViewportSize({ width, height: 844 });
    if (ko) {
      await first.setViewportSize({ width: 1280, height: 844 });
      await first.getByRole('navigation').getByRole('button', { name: '한국어' }).click();
      await expect(first.getByRole('heading', { name: '이 매장의 키오스크' })).toBeVisible();
      await first.setViewportSize({ width, height: 844 });
    }
    await expectAccessible(first, 'devices');
    const overflows = (page: Page) =>
      page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect(await overflows(first)).toBe(false);

    const join = await secondBrowser(browser, { width, locale });
    await join.goto(onThisMachine(address));
    await expect(
      join.getByRole('heading', { name: ko ? '매장 키오스크에 등록' : 'Join this site’s kiosks' }),
    ).toBeVisible();
    await expectAccessible(join, 'join');
    await join.getByRole('button', { name: ko ? '등록' : 'Join', exact: true }).click();
    await expectAccessible(join, 'join with what is missing');
    expect(await overflows(join)).toBe(false);
    await first.context().close();
    await join.context().close();
  });
}
