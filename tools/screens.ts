/**
 * Pictures of the kiosk for the README and for looking at: the real screens on the fake station, in
 * the system's Chromium.
 *
 *   npm run screens                        the pictures of the documentation, into docs/screens
 *   npm run screens -- FOLDER [NAME …]     all of them, or those named, somewhere else
 */
/// <reference lib="dom" />
import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { build } from 'vite';

interface Shot {
  name: string;
  query: string;
  size?: 'kiosk' | 'tablet' | 'handheld';
  act?: (page: Page) => Promise<void>;
}

const sizes = {
  kiosk: { width: 1280, height: 800 },
  tablet: { width: 800, height: 1280 },
  handheld: { width: 390, height: 844 },
};

const press = (page: Page, keys: string) => page.keyboard.type(keys, { delay: 15 });
const open = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const refuelByDigits = async (page: Page, label: RegExp) => {
  await page.getByRole('navigation').getByRole('button', { name: label }).click();
  await press(page, '7890');
  await page.getByTestId('refuel-car').waitFor();
  await press(page, '64988');
};

const rail = (page: Page, name: string) =>
  page.getByRole('navigation').getByRole('button', { name, exact: true }).click();
/** On a handheld what has no place in the bar is under "more". */
const openMore = async (page: Page, label: string) => {
  await rail(page, '더 보기');
  await page.getByRole('menuitem', { name: label, exact: true }).click();
};
const openCart = async (page: Page, label: string, number: number) => {
  if ((page.viewportSize()?.width ?? 0) < 700) await openMore(page, label);
  else await rail(page, label);
  await page.locator(`[data-testid="cart"][data-cart="${number}"]`).click();
};
const chargeCar = async (page: Page, label: string) => {
  await rail(page, label);
  await press(page, '7890');
  await page.getByTestId('charge-car').waitFor();
  await press(page, '24500');
};

const shots: Shot[] = [
  { name: 'arrivals-en', query: 'locale=en&theme=light' },
  { name: 'arrivals-ko-dark', query: 'locale=ko&theme=dark' },
  { name: 'arrivals-handheld-ko', query: 'locale=ko&theme=light', size: 'handheld' },
  { name: 'arrivals-tablet-en', query: 'locale=en&theme=light', size: 'tablet' },
  { name: 'arrivals-crowd-en', query: 'locale=en&theme=light&lot=crowd' },
  { name: 'arrivals-refuels-ko', query: 'locale=ko&theme=light&lot=refuels' },
  { name: 'arrivals-empty-en', query: 'locale=en&theme=light&lot=empty' },
  { name: 'sign-in-en', query: 'locale=en&theme=light&locked' },
  {
    name: 'sign-in-pin-ko',
    query: 'locale=ko&theme=light&locked',
    act: async (page) => {
      await open(page, /이하늘/);
      await press(page, '111111');
      await page.keyboard.press('Enter');
      await page.waitForTimeout(200);
      await press(page, '25');
    },
  },
  {
    name: 'sign-in-pin-handheld-en',
    query: 'locale=en&theme=light&locked',
    size: 'handheld',
    act: (page) => open(page, /Minji/),
  },
  { name: 'refuel-en', query: 'locale=en&theme=light', act: (page) => refuelByDigits(page, /Refuel/) },
  {
    name: 'refuel-wrong-fuel-en',
    query: 'locale=en&theme=light',
    act: async (page) => {
      await refuelByDigits(page, /Refuel/);
      await open(page, /^Gasoline/);
    },
  },
  {
    name: 'refuel-handheld-ko',
    query: 'locale=ko&theme=light',
    size: 'handheld',
    act: async (page) => {
      await page.getByRole('navigation').getByRole('button', { name: /주유/ }).click();
      await press(page, '78');
      await page.getByTestId('refuel-candidate').first().waitFor();
    },
  },
  {
    name: 'refuel-form-handheld-ko',
    query: 'locale=ko&theme=light',
    size: 'handheld',
    act: (page) => refuelByDigits(page, /주유/),
  },
  {
    name: 'refuel-waiting-en-dark',
    query: 'locale=en&theme=dark',
    act: async (page) => {
      await refuelByDigits(page, /Refuel/);
      await open(page, /^Complete/);
      await page.getByTestId('refuel-outcome').waitFor();
    },
  },
  { name: 'charge-en', query: 'locale=en&theme=light&lot=charges', act: (page) => rail(page, 'Charge') },
  {
    name: 'charge-handheld-ko',
    query: 'locale=ko&theme=light&lot=charges',
    size: 'handheld',
    act: (page) => rail(page, '결제 요청'),
  },
  {
    name: 'charge-amount-ko-dark',
    query: 'locale=ko&theme=dark&lot=pictures',
    act: (page) => chargeCar(page, '결제 요청'),
  },
  {
    name: 'charge-amount-handheld-en',
    query: 'locale=en&theme=light',
    size: 'handheld',
    act: (page) => chargeCar(page, 'Charge'),
  },
  {
    name: 'charge-waiting-en-dark',
    query: 'locale=en&theme=dark',
    act: async (page) => {
      await chargeCar(page, 'Charge');
      await open(page, /^Ask the driver for/);
      await page.getByTestId('charge-outcome').waitFor();
    },
  },
  {
    name: 'charge-paid-ko',
    query: 'locale=ko&theme=light&lot=charges',
    act: async (page) => {
      await rail(page, '결제 요청');
      await page.locator('[data-testid="charge-row"][data-charge-state="paid"]').click();
    },
  },
  {
    name: 'charge-refund-en',
    query: 'locale=en&theme=light&lot=charges&person=2',
    act: async (page) => {
      await rail(page, 'Charge');
      await page.locator('[data-testid="charge-row"][data-charge-state="paid"]').click();
      await open(page, 'Refund…');
    },
  },
  {
    name: 'hand-over-undo-en',
    query: 'locale=en&theme=light',
    act: async (page) => {
      await open(page, /^Hand over/);
      await page.getByTestId('toast').waitFor();
    },
  },
  {
    name: 'hand-over-check-ko',
    query: 'locale=ko&theme=light',
    act: async (page) => {
      await open(page, /^준비 완료/);
      await page.locator('[data-plate-tail="0123"]').getByRole('button', { name: '상품 전달' }).click();
      await press(page, '01');
    },
  },
  {
    name: 'visit-en',
    query: 'locale=en&theme=light',
    act: (page) => open(page, /Details of the car ending 3456/),
  },
  { name: 'check-in-ko', query: 'locale=ko&theme=light', act: (page) => open(page, /직접 등록/) },
  {
    name: 'server-down-en',
    query: 'locale=en&theme=light',
    act: async (page) => {
      await page.evaluate(() => {
        const { station } = window as unknown as { station: { setStatus(status: object): void } };
        const nowMs = Date.now();
        station.setStatus({
          radio: { state: 'down', sinceMs: nowMs, reason: 'silent' },
          server: { state: 'unreachable', sinceMs: nowMs, reason: 'network' },
          outbox: { waiting: 3, attention: 0, oldestWaitingAtMs: nowMs - 90_000 },
        });
      });
    },
  },
  { name: 'log-en', query: 'locale=en&theme=light', act: (page) => open(page, 'Daily log') },
  { name: 'log-ko-dark', query: 'locale=ko&theme=dark', act: (page) => open(page, '일지') },
  { name: 'carts-en', query: 'locale=en&theme=light', act: (page) => openCart(page, 'Carts', 1) },
  { name: 'carts-ko-dark', query: 'locale=ko&theme=dark', act: (page) => openCart(page, '카트', 2) },
  {
    name: 'carts-price-handheld-ko',
    query: 'locale=ko&theme=light',
    size: 'handheld',
    act: async (page) => {
      await openCart(page, '카트', 2);
      await open(page, '가격 입력');
    },
  },
  {
    name: 'carts-handheld-ko',
    query: 'locale=ko&theme=light',
    size: 'handheld',
    act: (page) => openMore(page, '카트'),
  },
  {
    name: 'carts-paid-en-dark',
    query: 'locale=en&theme=dark',
    act: async (page) => {
      await rail(page, 'Carts');
      await page.getByTestId('cart-payment').click();
    },
  },
  { name: 'staff-en', query: 'locale=en&theme=light', act: (page) => open(page, 'Staff') },
  {
    name: 'staff-roles-ko-dark',
    query: 'locale=ko&theme=dark',
    act: async (page) => {
      await rail(page, '직원');
      await page.getByRole('button', { name: '권한', exact: true }).click();
    },
  },
  {
    name: 'staff-sessions-en',
    query: 'locale=en&theme=light',
    act: async (page) => {
      await rail(page, 'Staff');
      await page.getByRole('button', { name: 'Signed in', exact: true }).click();
    },
  },
  {
    name: 'setup-privacy-en',
    query: 'locale=en&theme=light',
    act: async (page) => {
      await rail(page, 'Setup');
      await page.getByRole('button', { name: 'Privacy', exact: true }).click();
    },
  },
  {
    name: 'setup-sounds-ko-dark',
    query: 'locale=ko&theme=dark',
    act: async (page) => {
      await rail(page, '설정');
      await page.getByRole('button', { name: '소리', exact: true }).click();
    },
  },
  {
    name: 'setup-sounds-handheld-ko',
    query: 'locale=ko&theme=light',
    size: 'handheld',
    act: async (page) => {
      await openMore(page, '설정');
      await page.getByRole('button', { name: '소리', exact: true }).click();
    },
  },
  {
    name: 'staff-roles-handheld-en',
    query: 'locale=en&theme=light',
    size: 'handheld',
    act: async (page) => {
      await rail(page, 'More');
      await page.getByRole('menuitem', { name: 'Staff', exact: true }).click();
      await page.getByRole('button', { name: 'Roles', exact: true }).click();
    },
  },
  { name: 'setup-en-dark', query: 'locale=en&theme=dark', act: (page) => open(page, 'Setup') },
  {
    name: 'setup-site-en',
    query: 'locale=en&theme=light',
    act: async (page) => {
      await rail(page, 'Setup');
      await page.getByRole('button', { name: 'Site', exact: true }).click();
      await page.getByRole('form', { name: 'Lanes' }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'setup-backup-ko-dark',
    query: 'locale=ko&theme=dark',
    act: async (page) => {
      await rail(page, '설정');
      await page.getByRole('button', { name: '백업', exact: true }).click();
      await open(page, '지금 백업');
    },
  },
  { name: 'pieces-ko-dark', query: 'locale=ko&theme=dark&pieces' },
];

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

const root = join(import.meta.dirname, '..');
const built = join(root, 'out/renderer-dev');
/** What the documentation shows; the others are for looking at. */
const documented = [
  'arrivals-en',
  'arrivals-ko-dark',
  'arrivals-handheld-ko',
  'refuel-en',
  'refuel-form-handheld-ko',
  'refuel-waiting-en-dark',
  'charge-en',
  'charge-amount-ko-dark',
  'hand-over-check-ko',
  'log-en',
];
const [folder, ...chosen] = process.argv.slice(2);
const target = folder ?? join(root, 'docs/screens');
const names = folder === undefined ? documented : chosen;
mkdirSync(target, { recursive: true });

await build({ configFile: join(root, 'renderer/dev/vite.config.ts'), logLevel: 'warn' });
const server = createServer((request, response) => {
  const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
  const file = join(built, path === '/' ? 'index.html' : path);
  if (!file.startsWith(built) || !existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  for (const shot of shots) {
    if (names.length > 0 && !names.includes(shot.name)) continue;
    const page = await browser.newPage({ viewport: sizes[shot.size ?? 'kiosk'], reducedMotion: 'reduce' });
    page.on('pageerror', (error) => console.error(`${shot.name}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') console.error(`${shot.name}: ${message.text()}`);
    });
    try {
      await page.goto(`http://127.0.0.1:${port}/?${shot.query}`);
      await page.waitForFunction(() => document.fonts.ready.then(() => true));
      await page.locator('h1').first().waitFor({ timeout: 5_000 });
      await page.waitForTimeout(250);
      page.setDefaultTimeout(5_000);
      await shot.act?.(page);
      await page.waitForTimeout(350);
    } catch (error) {
      console.error(`${shot.name}: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
    await page.screenshot({
      path: join(target, `${shot.name}.png`),
      fullPage: shot.query.includes('pieces'),
    });
    await page.close();
  }
} finally {
  await browser.close();
  server.close();
}
