// @vitest-environment happy-dom
/** What a person has typed outlives a change of the language, a station that restarts, and a second tap. */
import { fireEvent, screen as page, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakePickup, fakeRefuel, fakeVisit } from '../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

const nowMs = Date.now();
const car = () =>
  fakeVisit(nowMs, {
    plateTail: '7890',
    laneId: 'pump-4',
    presence: 'arrived',
    mayRefuel: true,
    vehicle: { model: 'Sonata', color: 'grey', fuel: 'diesel' },
  });
type Screen = ReturnType<typeof openKiosk>;

const press = (name: string | RegExp) => fireEvent.click(page.getByRole('button', { name }));
const type = (keys: string) => {
  for (const key of keys) fireEvent.keyDown(window, { key });
};
const fill = (label: string, value: string) =>
  fireEvent.change(page.getByLabelText(label, { selector: 'input' }), { target: { value } });
const typedInto = (label: string) =>
  (page.getByLabelText(label, { selector: 'input' }) as HTMLInputElement).value;
async function goTo(screen: Screen, name: string) {
  fireEvent.click(within(await screen.findByRole('navigation')).getByRole('button', { name }));
}
/** Behind a dialog the switch is out of reach for a hand; a scheme or another window may still turn it. */
const speaks = (screen: Screen, locale: 'en' | 'ko') => screen.kiosk.preferences.change({ locale });

/** Each form, half filled, and what must still stand in it: under its English and its Korean label. */
const forms: Array<{
  name: string;
  open(screen: Screen): Promise<void>;
  kept: Array<[en: string, ko: string, value: string]>;
  chosen?: Array<[en: string | RegExp, ko: string | RegExp]>;
}> = [
  {
    name: 'a refuel',
    async open(screen) {
      await goTo(screen, 'Refuel');
      await screen.findByText('Type at least two digits.');
      type('7890');
      await screen.findByTestId('refuel-car');
      press(/^Pump 2/);
      press(/^Diesel/);
      fill('Amount', '64988');
    },
    kept: [
      ['Amount', '금액', '64,988'],
      ['Volume', '주유량', '42.365'],
    ],
    chosen: [
      [/^Pump 2/, /^2번 주유기/],
      [/^Diesel/, /^경유/],
    ],
  },
  {
    name: 'a charge',
    async open(screen) {
      await goTo(screen, 'Charge');
      fireEvent.click(await screen.findByTestId('charge-candidate'));
      await screen.findByTestId('charge-car');
      fill('Amount', '12500');
      fill('What for (the driver reads it)', 'Tyres');
    },
    kept: [
      ['Amount', '금액', '12,500'],
      ['What for (the driver reads it)', '결제 내용 (고객에게 표시)', 'Tyres'],
    ],
  },
  {
    name: 'a check-in by hand',
    async open(screen) {
      await screen.findByRole('navigation');
      fireEvent.click(await screen.findByRole('button', { name: 'Check in by hand' }));
      await screen.findByRole('dialog');
      fill('Plate', '99허1234');
      fill('Pickup number, if the driver says it', 'B7');
      press('Bay 3');
    },
    kept: [
      ['Plate', '차량번호', '99허1234'],
      ['Pickup number, if the driver says it', '픽업 번호 (고객이 말한 경우)', 'B7'],
    ],
    chosen: [['Bay 3', '3번 픽업']],
  },
  {
    name: 'a refuel that is settled otherwise',
    async open(screen) {
      const visit = { ...car(), refuel: fakeRefuel(nowMs, { state: 'declined' as const }) };
      screen.station.visits.clear();
      screen.station.put(visit);
      fireEvent.click(await screen.findByRole('button', { name: 'Details of the car ending 7890' }));
      fireEvent.click(await screen.findByRole('button', { name: 'Settle otherwise' }));
      await screen.findByRole('dialog');
      press('Cash');
      fill('Why not by phone?', 'Driver paid in cash');
    },
    kept: [['Why not by phone?', '휴대폰으로 결제하지 않은 이유', 'Driver paid in cash']],
    chosen: [['Cash', '현금']],
  },
  {
    name: 'the site in Setup',
    async open(screen) {
      await goTo(screen, 'Setup');
      fireEvent.click(await screen.findByRole('button', { name: 'Site' }));
      await screen.findByRole('form', { name: 'Site and limits' });
      fill('Amber after (seconds)', '95');
    },
    kept: [['Amber after (seconds)', '주의 표시까지 (초)', '95']],
  },
];

async function stands(form: (typeof forms)[number], locale: 'en' | 'ko') {
  const at = locale === 'en' ? 0 : 1;
  for (const entry of form.kept) {
    await page.findByLabelText(entry[at], { selector: 'input' });
    expect(typedInto(entry[at])).toBe(entry[2]);
  }
  for (const names of form.chosen ?? []) {
    expect(page.getByRole('button', { name: names[at] }).getAttribute('aria-pressed')).toBe('true');
  }
}

describe.each(forms)('$name that is half filled', (form) => {
  it('is kept when the language is switched, there and back', async () => {
    const screen = openKiosk({ visits: [car()] });
    await form.open(screen);
    await stands(form, 'en');
    speaks(screen, 'ko');
    await stands(form, 'ko');
    speaks(screen, 'en');
    await stands(form, 'en');
    expect(screen.station.done).toEqual([]);
  });

  it('is kept while the payment server and the receivers are lost, which the screen says', async () => {
    const screen = openKiosk({ visits: [car()] });
    await form.open(screen);
    const sinceMs = Date.now();
    screen.station.setStatus({
      server: { state: 'unreachable', sinceMs, reason: 'network' },
      radio: { state: 'down', sinceMs, reason: 'silent' },
    });
    await screen.findByTestId('banner-server');
    await screen.findByTestId('banner-radio');
    await stands(form, 'en');
  });

  it('is kept while the station restarts, which the screen says', async () => {
    const screen = openKiosk({ visits: [car()] });
    await form.open(screen);
    screen.station.cut();
    await screen.findByTestId('banner-station');
    await stands(form, 'en');
    screen.station.mend();
    await waitFor(() => expect(screen.queryByTestId('banner-station')).toBeNull(), { timeout: 10_000 });
    await stands(form, 'en');
    expect(screen.station.done).toEqual([]);
  });
});

/** Each button that marks something or moves money, ready to be tapped. */
const buttons: Array<{ name: string; done: string[]; open(screen: Screen): Promise<HTMLElement> }> = [
  {
    name: 'Mark ready',
    done: ['markReady'],
    async open(screen) {
      screen.station.put({ ...car(), pickup: fakePickup('A1', { state: 'preparing' }) });
      return screen.findByRole('button', { name: 'Mark ready' });
    },
  },
  {
    name: 'Complete',
    done: ['start', 'complete'],
    async open(screen) {
      await forms[0]?.open(screen);
      return screen.findByRole('button', { name: /^Complete/ });
    },
  },
  {
    name: 'Ask the driver',
    done: ['chargeRequest'],
    async open(screen) {
      await forms[1]?.open(screen);
      return screen.findByRole('button', { name: /^Ask the driver for/ });
    },
  },
  {
    name: 'Check in',
    done: ['checkIn'],
    async open(screen) {
      await forms[2]?.open(screen);
      return within(screen.getByRole('dialog')).getByRole('button', { name: 'Check in' });
    },
  },
  {
    name: 'Settled',
    done: ['settleOtherwise'],
    async open(screen) {
      await forms[3]?.open(screen);
      return within(screen.getByRole('dialog')).getByRole('button', { name: 'Settled' });
    },
  },
  {
    name: 'Ask again',
    done: ['askAgain'],
    async open(screen) {
      screen.station.put({ ...car(), refuel: fakeRefuel(nowMs, { state: 'declined' }) });
      return screen.findByRole('button', { name: 'Ask again' });
    },
  },
];

describe.each(buttons)('$name', ({ open, done }) => {
  it('tapped three times while the station is slow is sent once', async () => {
    const screen = openKiosk({ visits: [car()] });
    const button = await open(screen);
    screen.station.answerAfterMs = 50;
    for (let i = 0; i < 3; i += 1) fireEvent.click(button);
    await waitFor(() => expect(screen.station.done).toEqual(done));
    // A second one would have been under way beside the first: give it as long as that took.
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(screen.station.done).toEqual(done);
  });
});
