/**
 * Two new colleagues at one station, at once: one at the counter in English, one with a handheld in Korean. Between
 * them they do all five exercises, as the coach tells them and where the ring points. `SHOTS=folder` keeps pictures.
 */
import { join } from 'node:path';
import { type Browser, expect, type Locator, type Page, test } from '@playwright/test';
import { en } from '../../renderer/words/en.ts';
import { ko } from '../../renderer/words/ko.ts';
import type { ExerciseId } from '../../shared/station-contract/index.ts';
import { exercises } from '../../shared/station-facts/index.ts';
import { expectAccessible } from '../support/access-faults.ts';
import { includes } from '../support/kiosk-page.ts';
import { demoPeople, World } from '../support/world.ts';

let world: World;
test.beforeAll(async () => {
  world = await World.start();
});
test.afterAll(() => world?.stop());
// Cars drive and drivers answer as they do at work.
test.setTimeout(300_000);

/** Cars drive, a line comes back, an undo runs out: a step takes as long as that. */
const stepMs = 60_000;

/** A colleague at a kiosk of their own, in training. */
class Trainee {
  readonly page: Page;
  readonly w: typeof en;

  private constructor(page: Page, w: typeof en) {
    this.page = page;
    this.w = w;
  }

  static async open(
    browser: Browser,
    look: { locale: 'en' | 'ko'; width: number; height: number; who: keyof typeof demoPeople },
  ): Promise<Trainee> {
    const { locale, who, ...viewport } = look;
    const context = await browser.newContext({ viewport, locale: 'en-US' });
    const page = await context.newPage();
    await page.addInitScript((chosen) => {
      localStorage.setItem('kiosk.preferences', JSON.stringify({ locale: chosen, muted: true }));
    }, locale);
    await page.goto(world.url);
    const trainee = new Trainee(page, locale === 'ko' ? ko : en);
    await page.getByRole('button', { name: new RegExp(demoPeople[who].name.replace('.', '\\.')) }).click();
    await trainee.types(demoPeople[who].pin);
    await trainee.goTo('training');
    return trainee;
  }

  get coach(): Locator {
    return this.page.getByTestId('coach');
  }
  exercise(id: ExerciseId): Locator {
    return this.page.getByTestId('exercise').nth(exercises.indexOf(id));
  }
  card(tail: string): Locator {
    return this.page
      .locator(`[data-testid="visit-card"][data-plate-tail="${tail}"]`)
      .filter({ visible: true });
  }
  /** By the name that the coach knows it under. */
  part(name: string, within: Page | Locator = this.page): Locator {
    return within.locator(`[data-coach="${name}"]`).filter({ visible: true });
  }

  async types(text: string): Promise<void> {
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** By the rail, or by the bar's menu where there is no room for all. */
  async goTo(screen: string): Promise<void> {
    const [entry, more] = [this.part(`nav-${screen}`), this.part('nav-more')];
    await expect(entry.or(more).first()).toBeVisible({ timeout: 30_000 });
    if (!(await entry.isVisible())) await more.click();
    await entry.click();
  }

  /** From the list, or as the next one after the one that was finished. */
  async begins(id: ExerciseId, button = this.exercise(id).getByRole('button')): Promise<void> {
    await button.click();
    await expect(this.coach).toHaveAttribute('data-state', 'running', { timeout: 120_000 });
    await expect(this.page).toHaveTitle(this.w.training.documentTitle(this.w.trainingNames[id]));
  }
  /** The step that the records show as due. */
  async isAsked(step: string): Promise<void> {
    await expect(this.page.getByTestId('coach-step')).toHaveAttribute('data-step', step, { timeout: stepMs });
    await this.keepsPicture(step);
  }
  async finishes(mistakes = 0): Promise<void> {
    await expect(this.page.getByTestId('coach-finished')).toBeVisible({ timeout: stepMs });
    await expect(this.coach).toContainText(this.w.training.mistakes(mistakes));
    await this.keepsPicture('finished');
  }
  #pictures = 0;
  async keepsPicture(name: string): Promise<void> {
    if (process.env.SHOTS === undefined) return;
    this.#pictures += 1;
    const number = String(this.#pictures).padStart(2, '0');
    const width = this.page.viewportSize()?.width;
    await this.page.screenshot({ path: join(process.env.SHOTS, `${width}-${number}-${name}.png`) });
  }

  /** The ring is around it, and the coach lies over none of it. @returns `target`, to be tapped */
  async isShown(target: Locator): Promise<Locator> {
    await expect
      .poll(async () => {
        const [ring, coach, box] = await Promise.all(
          [this.page.getByTestId('coach-ring'), this.coach, target].map(async (part) =>
            (await part.isVisible()) ? part.boundingBox() : null,
          ),
        );
        if (!ring || !coach || !box) return 'nothing is pointed at';
        if (ring.y < coach.y + coach.height - 10) return 'the coach lies over it';
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        const around = x > ring.x && x < ring.x + ring.width && y > ring.y && y < ring.y + ring.height;
        return around ? 'it' : 'another place';
      })
      .toBe('it');
    await this.keepsPicture('shown');
    return target;
  }
  async taps(target: Locator): Promise<void> {
    await (await this.isShown(target)).click();
  }

  /** With Enter; a button that has just become another one does nothing yet (a click waits for that by itself). */
  async presses(target: Locator): Promise<void> {
    const shown = await this.isShown(target);
    await expect(shown).not.toHaveAttribute('data-settling');
    await shown.press('Enter');
  }

  /** Finds the car by its digits and completes what the pump shows, led by the ring from field to field. */
  async completes(refuel: { tail: string; pump: number; grade: string; amount: string }): Promise<void> {
    const { page, w } = this;
    await this.taps(this.part('nav-refuel'));
    for (const digit of refuel.tail)
      await page.locator(`[data-key="${digit}"]`).filter({ visible: true }).click();
    const pumps = this.part('pump');
    await expect(pumps).toBeVisible();
    // Where the receivers know the pump it is chosen already; where they do not, the ring asks for it.
    const pump = pumps.getByRole('button', { name: new RegExp(`^${w.lane.pump(refuel.pump)}`) });
    if ((await pump.getAttribute('aria-pressed')) !== 'true') await pump.click();
    const grade = this.part('grade').getByRole('button', { name: new RegExp(`^${refuel.grade}`) });
    if ((await grade.getAttribute('aria-pressed')) !== 'true') await grade.click();
    await this.isShown(this.part('amount'));
    await page.getByLabel(w.refuel.amount).fill(refuel.amount);
    await this.taps(this.part('complete'));
  }

  /** The driver has declined and stands at the counter with cash. */
  async takesCash(): Promise<void> {
    const dialog = this.page.getByRole('dialog');
    await this.taps(this.part('settle'));
    await this.taps(dialog.locator('[data-choice="cash"]'));
    await (await this.isShown(dialog.getByRole('textbox'))).fill('-');
    await this.taps(dialog.locator('button[type="submit"]'));
    await expect(dialog).toHaveCount(0);
  }
}

/** With the keyboard, a wrong try, and the kiosk locked in between. */
async function firstPickup(trainee: Trainee): Promise<void> {
  const { page, w } = trainee;
  await trainee.begins('first-pickup');
  await expect(page.getByText(w.training.bandExplain)).toBeVisible();
  await expect(trainee.part('nav-setup')).toHaveCount(0);
  await trainee.isAsked('ready');
  await expectAccessible(trainee.page, 'an exercise under way');
  // Lock locks the real kiosk; the training waits behind it.
  await page.getByRole('navigation').getByRole('button', { name: w.app.lock }).click();
  await expect(trainee.coach).toBeHidden();
  await trainee.types(demoPeople.cashier.pin);
  await expect(trainee.coach).toBeVisible({ timeout: 30_000 });
  await expect(page.getByTestId('banner-station').filter({ visible: true })).toHaveCount(0);
  const kona = trainee.card('3456');
  await trainee.presses(trainee.part('primary', kona));
  await trainee.isAsked('hand-over');
  await trainee.presses(trainee.part('primary', kona));
  await expect(page.getByRole('dialog').locator('button[type="submit"]')).toBeFocused();
  await trainee.types('1111');
  await expect(page.getByTestId('coach-hint')).toContainText(w.trainingHints['check-digits']);
  // The coach may know of the wrong digits before the kiosk does: they go when it has been told.
  await expect(page.getByRole('img', { name: w.handOver.digits })).toHaveAccessibleName(/—$/);
  await trainee.types('3456');
  await trainee.finishes(1);
  await expectAccessible(trainee.page, 'a finished exercise');
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText(w.training.printed)).toBeVisible();
  await page.emulateMedia({ media: 'screen' });
}

async function firstRefuel(trainee: Trainee): Promise<void> {
  await trainee.begins('first-refuel');
  await trainee.isAsked('complete');
  await expectAccessible(trainee.page, 'an exercise on a handheld');
  await trainee.completes({ tail: '7812', pump: 3, grade: '경유', amount: '50000' });
  await trainee.isAsked('paid');
  await trainee.finishes();
}

async function declinedPayment(trainee: Trainee, button: Locator): Promise<void> {
  await trainee.begins('declined-payment', button);
  await trainee.isAsked('complete');
  await trainee.completes({ tail: '0123', pump: 1, grade: '휘발유', amount: '30000' });
  await trainee.isAsked('settle');
  await expectAccessible(trainee.page, 'a declined payment on a handheld');
  await trainee.takesCash();
  await trainee.finishes();
}

async function offlineHour(trainee: Trainee): Promise<void> {
  const { page } = trainee;
  await trainee.begins('offline-hour');
  await trainee.isAsked('pickup');
  await expect(page.getByTestId('banner-server').filter({ visible: true })).toBeVisible();
  const ray = trainee.card('9090');
  await expect(ray).toHaveAttribute('data-presence', 'arrived', { timeout: stepMs });
  await trainee.taps(trainee.part('primary', ray));
  await expect(ray).toHaveAttribute('data-pickup-state', 'ready');
  await trainee.taps(trainee.part('primary', ray));
  await trainee.isAsked('refuel');
  await expect(trainee.card('7842')).toHaveAttribute('data-presence', /arrived|parked/, { timeout: stepMs });
  await trainee.completes({ tail: '7842', pump: 2, grade: 'Gasoline', amount: '40000' });
  await expect(page.getByTestId('refuel-outcome')).toHaveAttribute('data-refuel-state', 'awaiting-approval');
  await expect(page.getByTestId('refuel-outcome')).toContainText(trainee.w.outcome.queued);
  await trainee.finishes();
  await expect(page.getByTestId('banner-server').filter({ visible: true })).toHaveCount(0);
  await expect(page.getByTestId('refuel-outcome')).toHaveAttribute('data-refuel-state', 'paid');
}

async function closeOfShift(trainee: Trainee, button: Locator): Promise<void> {
  const { page } = trainee;
  const dialog = page.getByRole('dialog');
  await trainee.begins('close-of-shift', button);
  await trainee.isAsked('open-shift');
  await trainee.taps(trainee.part('nav-log'));
  await trainee.taps(trainee.part('shift'));
  await (await trainee.isShown(dialog.getByRole('textbox').first())).fill('100000');
  await page.keyboard.press('Enter');
  await trainee.isAsked('cash');
  await trainee.taps(trainee.part('nav-arrivals'));
  const k5 = trainee.card('4471');
  await expect(k5).toHaveAttribute('data-refuel-state', 'declined', { timeout: stepMs });
  await k5.getByRole('button', { name: trainee.w.card.open('4471') }).click();
  await trainee.takesCash();
  await trainee.isAsked('count');
  await trainee.taps(trainee.part('nav-log'));
  await trainee.taps(trainee.part('shift'));
  await (await trainee.isShown(dialog.getByRole('textbox').first())).fill('145000');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('z-report')).toContainText('145,000');
  await trainee.finishes();
}

/** What is practised and what is real are kept apart while a real car comes. */
async function aRealCarComes(trainee: Trainee): Promise<void> {
  const { page, w } = trainee;
  const plate = '77두7070';
  const phone = { answer: 'approve', delayMs: 300 };
  await world.lot({ do: 'newVehicle', plate, fuel: 'gasoline', jack: 'rotating', phone });
  await world.lot({ do: 'preorder', plate, items: 1 });
  await world.lot({ do: 'vehicleParks', plate, laneId: 'bay-1', fast: true });
  // In which bay is the presence's business, with tests of its own: of two neighbours it may say either.
  await expect(page.getByTestId('real-cars')).toContainText(includes(w.training.realCar), {
    timeout: stepMs,
  });
  await page.keyboard.press('Escape');
  await expectAccessible(trainee.page, 'a finished exercise, with a real car waiting');
  await page.getByTestId('real-cars').getByRole('button').click();
  await expect(page.getByTestId('training')).toHaveCount(0);
  await expect(page).not.toHaveTitle(/TRAINING/);
  await expect(trainee.exercise('first-pickup')).toContainText(
    `${w.training.done}, ${w.training.mistakes(1)}`,
  );
  for (const id of ['offline-hour', 'close-of-shift'] as const) {
    await expect(trainee.exercise(id)).toContainText(`${w.training.done}, ${w.training.mistakes(0)}`);
  }
  await trainee.goTo('arrivals');
  await expect(trainee.card('7070')).toBeVisible();
  for (const tail of ['3456', '9090', '7842', '4471']) await expect(trainee.card(tail)).toHaveCount(0);
}

test('two new colleagues do all five exercises at one station, at the counter and on a handheld', async ({
  browser,
}) => {
  const atCounter = async () => {
    const cashier = await Trainee.open(browser, { locale: 'en', width: 1280, height: 800, who: 'cashier' });
    const { page, w } = cashier;
    await expectAccessible(cashier.page, 'the list of exercises');
    await firstPickup(cashier);
    await page.getByRole('button', { name: w.training.backToList }).click();
    await offlineHour(cashier);
    await closeOfShift(
      cashier,
      cashier.coach.getByRole('button', { name: w.trainingNames['close-of-shift'] }),
    );
    return cashier;
  };
  const onHandheld = async () => {
    const attendant = await Trainee.open(browser, {
      locale: 'ko',
      width: 390,
      height: 844,
      who: 'attendant',
    });
    const { page, w } = attendant;
    await firstRefuel(attendant);
    await declinedPayment(
      attendant,
      attendant.coach.getByRole('button', { name: w.trainingNames['declined-payment'] }),
    );
    await page.getByRole('button', { name: w.training.leave }).click();
    for (const id of ['first-refuel', 'declined-payment'] as const) {
      await expect(attendant.exercise(id)).toContainText(`${w.training.done}, ${w.training.mistakes(0)}`);
    }
    await page.context().close();
  };
  const [cashier] = await Promise.all([atCounter(), onHandheld()]);
  await aRealCarComes(cashier);
  await cashier.page.context().close();
});
