/**
 * An installer's first hour at a site, on a wide screen and on a phone, in both languages: a receiver is found
 * and added, the levels are seen, lanes are set, the lot is walked, what was heard is recorded and replayed.
 * Every screen on the way is looked at by axe; `SHOTS=folder` keeps pictures of them.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, expect, type Locator, type Page, test } from '@playwright/test';
import { en } from '../../renderer/words/en.ts';
import { ko } from '../../renderer/words/ko.ts';
import { expectAccessible } from '../support/access-faults.ts';
import { NetworkController } from '../support/network-controller.ts';
import { demoPeople, World } from '../support/world.ts';

const plate = '12가3456';
let world: World;
test.beforeAll(async () => {
  world = await World.start();
  await world.lot({
    do: 'newVehicle',
    plate,
    model: 'Kona',
    color: 'white',
    fuel: 'gasoline',
    jack: 'rotating',
    phone: { answer: 'approve', delayMs: 300 },
  });
});
test.afterAll(() => world?.stop());

interface Look {
  width: number;
  height: number;
  locale: 'en' | 'ko';
  scheme: 'light' | 'dark';
}
const wide: Look = { width: 1280, height: 800, locale: 'en', scheme: 'light' };
const phone: Look = { width: 390, height: 844, locale: 'ko', scheme: 'dark' };

/** An installer's (or a manager's) kiosk at Setup, with the words it uses. */
class Setup {
  readonly page: Page;
  readonly look: Look;
  readonly w: typeof en;

  private constructor(page: Page, look: Look) {
    this.page = page;
    this.look = look;
    this.w = look.locale === 'ko' ? ko : en;
  }

  static async open(
    browser: Browser,
    look: Look,
    who: 'installer' | 'manager' = 'installer',
  ): Promise<Setup> {
    const context = await browser.newContext({
      viewport: { width: look.width, height: look.height },
      colorScheme: look.scheme,
      locale: 'en-US',
    });
    const page = await context.newPage();
    const setup = new Setup(page, look);
    const { w } = setup;
    await page.goto(world.url);
    if (look.locale === 'ko') await page.getByRole('button', { name: '한국어' }).click();
    const { name, pin } = demoPeople[who];
    await page.getByRole('button', { name: new RegExp(name.replace('.', '\\.')) }).click();
    await page.keyboard.type(pin);
    await page.keyboard.press('Enter');
    if (look.width < 700) {
      await page.getByRole('navigation').getByRole('button').last().click();
      await page.getByRole('menuitem', { name: w.setup.title, exact: true }).click();
    } else {
      await page.getByRole('navigation').getByRole('button', { name: w.setup.title, exact: true }).click();
    }
    await expect(page.getByRole('heading', { level: 1, name: w.setup.title })).toBeVisible();
    return setup;
  }

  async part(name: string): Promise<void> {
    await this.page
      .getByRole('group', { name: this.w.setup.title })
      .getByRole('button', { name, exact: true })
      .click();
  }

  /** axe finds nothing, nothing is cut off at the side, and a picture is kept where one is wanted. */
  async isGood(name: string): Promise<void> {
    const { page, look } = this;
    await expectAccessible(page, name);
    const tooWide = await page.evaluate(
      () => document.scrollingElement !== null && document.scrollingElement.scrollWidth > innerWidth,
    );
    expect(tooWide, `${name} is wider than the screen`).toBe(false);
    const folder = process.env.SHOTS;
    if (folder === undefined) return;
    const path = join(folder, `${name}-${look.width}-${look.locale}.png`);
    await page.screenshot({ path });
  }
}

/** What is drawn anew while it is scrolled to is scrolled to once more. */
const bringIntoView = (what: Locator) =>
  expect(() => what.scrollIntoViewIfNeeded({ timeout: 2_000 })).toPass({ timeout: 20_000 });

const onlyWithEveryWidth = (look: typeof wide | typeof phone) =>
  look === wide && !process.env.EVERY_WIDTH ? ': skipped, only with EVERY_WIDTH=1' : '';

for (const look of [wide, phone]) {
  test(`an installer brings a site's radio up (${look.width} px, ${look.locale})${onlyWithEveryWidth(look)}`, async ({
    browser,
  }) => {
    test.skip(
      look === wide && !process.env.EVERY_WIDTH,
      'the phone is tried each time; EVERY_WIDTH=1 tries both',
    );
    test.setTimeout(240_000);
    await world.lot({ do: 'vehicleParks', plate, laneId: 'bay-1', fast: true });
    const setup = await Setup.open(browser, look);
    const { page, w } = setup;
    const r = w.receivers;
    const dialog = page.getByRole('dialog');

    // Finds a receiver, hears it before anything is saved, gives it a name.
    const spare = new NetworkController('hci');
    try {
      await page.getByRole('button', { name: r.find, exact: true }).click();
      await expect(dialog.getByTestId('found')).toBeVisible();
      await setup.isGood('find');
      await dialog.getByLabel(r.byHand).fill(await spare.listen());
      await dialog.getByRole('button', { name: r.check, exact: true }).last().click();
      await expect(dialog.getByTestId('check')).toHaveAttribute('data-state', 'hearing');
      await setup.isGood('checking');
      await expect(dialog.getByTestId('check')).toHaveAttribute('data-state', 'done', { timeout: 20_000 });
      await setup.isGood('checked');
      await dialog.getByLabel(r.name).fill('Canopy');
      await dialog.getByRole('button', { name: r.add, exact: true }).click();
      const added = page.getByTestId('receiver').filter({ hasText: 'Canopy' });
      await expect(added).toHaveAttribute('data-health', 'healthy', { timeout: 20_000 });
      await setup.isGood('receivers');

      // The levels, and why the station takes the car for what it does.
      await bringIntoView(page.getByTestId('live-chart'));
      await setup.isGood('live');
      await bringIntoView(page.getByTestId('test-beacon'));
      await expect(page.getByTestId('why')).not.toContainText(r.whyNone);
      await setup.isGood('why-and-beacon');

      // It is taken out again, and its port is free.
      await added.getByRole('button', { name: r.removeOf('Canopy') }).click();
      await dialog.getByRole('button', { name: r.remove, exact: true }).click();
      await expect(added).toHaveCount(0);
      await expect.poll(() => spare.connections).toBe(0);
    } finally {
      spare.end();
    }

    // Limits are drawn on the live trace while they are typed.
    await setup.part(w.setup.lanes);
    await page.getByLabel(r.enter).first().fill('-64');
    await page.getByLabel(r.exit).first().fill('-70');
    await setup.isGood('lanes');
    await bringIntoView(page.getByTestId('live-chart'));
    await setup.isGood('lanes-preview');

    // The walk: two lanes, six seconds in each. The jack changes its code meanwhile.
    await setup.part(r.walkTitle);
    const walk = page.getByTestId('walk-test');
    const start = walk.getByRole('button', { name: new RegExp(`${r.walkStart}|${r.walkAgain}`) });
    await expect(start).toBeEnabled({ timeout: 20_000 });
    await setup.isGood('walk-before');
    await start.click();
    const finish = walk.getByRole('button', { name: r.walkFinish });
    await expect(finish).toBeDisabled();
    for (const laneId of ['bay-1', 'pump-2']) {
      await world.lot({ do: 'vehicleParks', plate, laneId, fast: true });
      const name = laneId === 'bay-1' ? w.lane.bay(1) : w.lane.pump(2);
      await world.standsIn(plate, laneId);
      await walk.getByRole('button', { name: new RegExp(`^${name}`) }).click();
      await expect(walk.getByRole('progressbar')).toBeVisible();
      if (laneId === 'bay-1') await setup.isGood('walk-standing');
      // It has stood there for its time: the next lane, or the end.
      await expect(finish).toBeEnabled({ timeout: 20_000 });
    }
    await setup.isGood('walk-running');
    await finish.click();
    const report = page.getByTestId('walk-report');
    await expect(report).toBeVisible({ timeout: 30_000 });
    await expect(report.getByRole('row')).toHaveCount(3);
    await setup.isGood('walk-report');
    await bringIntoView(report);

    // On paper: the report, who walked, a line to sign on, and nothing else of the kiosk.
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    await expect(page.getByRole('navigation')).toBeHidden();
    await expect(report.getByText(r.walkPaperTitle)).toBeVisible();
    await expect(report.getByText(r.walkSigned)).toBeVisible();
    if (process.env.SHOTS) {
      await page.screenshot({
        path: join(process.env.SHOTS, `walk-paper-${look.width}.png`),
        fullPage: true,
      });
    }
    await page.emulateMedia({ media: 'screen', colorScheme: look.scheme });

    // Records, stops, replays apart from live work, and stops a replay that is too slow.
    await setup.part(w.setup.recordings);
    await page.getByRole('button', { name: r.recordStart, exact: true }).click();
    const newest = page.getByTestId('recording').first();
    await expect(newest).toHaveAttribute('data-ended', 'recording');
    await expect
      .poll(async () => Number(await newest.getAttribute('data-records')), { timeout: 30_000 })
      .toBeGreaterThan(60);
    await setup.isGood('recording');
    await page.getByRole('button', { name: r.recordStop, exact: true }).click();
    await expect(newest).toHaveAttribute('data-ended', 'stopped');
    await newest.getByRole('button', { name: r.replay }).click();
    const replay = dialog.getByTestId('replay');
    await expect(replay).toHaveAttribute('data-state', 'done', { timeout: 20_000 });
    await expect(dialog.getByText(r.replayMark)).toBeVisible();
    await setup.isGood('replay');
    await dialog.getByRole('button', { name: r.replayTimes(1), exact: true }).click();
    await expect(replay).toHaveAttribute('data-state', 'playing');
    await dialog.getByRole('button', { name: r.recordStop, exact: true }).click();
    await expect(replay).toHaveAttribute('data-state', 'stopped');
    await setup.isGood('replay-stopped');
    await page.keyboard.press('Escape');

    // The bundle for somebody far away.
    const downloading = page.waitForEvent('download');
    await page.getByRole('region', { name: r.diagnosticsTitle }).getByRole('button').click();
    const bundle = await readFile(await (await downloading).path(), 'utf8');
    expect(JSON.parse(bundle).receivers).toHaveLength(7);
    expect(bundle).not.toContain('가3456');
    await page.context().close();
  });
}
