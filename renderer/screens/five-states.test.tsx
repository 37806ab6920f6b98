// @vitest-environment happy-dom
/**
 * Every screen, and every list on it, while its answer is on its way, when it could not be had, when nothing is there,
 * while the payment server or the station is away, and for a role that it is not for.
 */
import { fireEvent, screen as page, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { people } from '../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../dev/kiosk-for-tests.tsx';
import { en } from '../words/en.ts';
import { ko } from '../words/ko.ts';

afterEach(closeKiosks);

type Screen = ReturnType<typeof openKiosk>;
type Role = (typeof people)[number]['role'];

async function openAs(role: Role, options: Parameters<typeof openKiosk>[0] = {}): Promise<Screen> {
  const screen = openKiosk({ ...options, signedIn: false });
  const person = people.find((one) => one.role === role);
  if (person === undefined) throw new Error(`no ${role} on the fake lot`);
  // What fails is asked for once more after a second: here at once.
  const { queryClient } = screen.kiosk;
  const { queries } = queryClient.getDefaultOptions();
  queryClient.setDefaultOptions({ queries: { ...queries, retryDelay: 0 } });
  screen.station.serves(person);
  screen.kiosk.session.signedIn(person, 'fake');
  await screen.findByRole('navigation');
  return screen;
}
const press = async (name: string | RegExp) => fireEvent.click(await page.findByRole('button', { name }));
const goTo = async (name: string) =>
  fireEvent.click(within(await page.findByRole('navigation')).getByRole('button', { name }));
const type = (keys: string) => {
  for (const key of keys) fireEvent.keyDown(window, { key });
};
const setupPart = (part: string) => async () => {
  await goTo(en.app.setup);
  await press(part);
};
const staffPart = (part: string) => async () => {
  await goTo(en.app.staff);
  await press(part);
};

interface Asked {
  what: string;
  /** The procedure whose answer is waited for. */
  asks: string;
  open(): Promise<unknown>;
  /** What is said instead of the usual sentence where that would not say what may be missed. */
  failed?: string;
  /** What stands there once it is had. */
  had(): Promise<unknown>;
  /** It may be left out while it is on its way: it is a part of a screen that has words of its own. */
  quietAtFirst?: true;
}

/** Everything that a screen asks the station for. */
const asked: Asked[] = [
  {
    what: 'a visit',
    asks: 'visits.get',
    open: () => press('Details of the car ending 3456'),
    had: () => page.findByText('Nothing has been recorded yet.'),
  },
  {
    what: 'the cars that match at the pump',
    asks: 'refuels.candidates',
    open: async () => {
      await goTo(en.app.refuel);
      await page.findByText('Type at least two digits.');
      type('78');
    },
    had: () => page.findAllByTestId('refuel-candidate'),
  },
  {
    what: 'the cars that may be charged',
    asks: 'charges.candidates',
    open: () => goTo(en.app.charge),
    had: () => page.findAllByTestId('charge-candidate'),
  },
  {
    what: 'today’s charges',
    asks: 'charges.list',
    open: () => goTo(en.app.charge),
    had: () => page.findByText(en.charge.noneToday),
  },
  {
    what: 'the carts',
    asks: 'carts.list',
    open: () => goTo(en.carts.title),
    had: () => page.findAllByTestId('cart'),
  },
  {
    what: 'the carts checked out today',
    asks: 'carts.payments',
    open: () => goTo(en.carts.title),
    failed: en.carts.todayNotLoaded,
    had: () => page.findAllByTestId('cart-payment'),
    quietAtFirst: true,
  },
  {
    what: 'the menu',
    asks: 'menu.list',
    open: () => goTo(en.menu.title),
    had: () => page.findAllByTestId('menu-item'),
  },
  {
    what: 'the log’s rows',
    asks: 'dailyLog.rows',
    open: () => goTo(en.app.log),
    had: () => page.findAllByTestId('log-row'),
  },
  {
    what: 'the log’s sums',
    asks: 'dailyLog.summary',
    open: () => goTo(en.app.log),
    had: () => page.findByText('7 jack · 0 other'),
    quietAtFirst: true,
  },
  {
    what: 'what the server refused',
    asks: 'log.attention',
    open: () => goTo(en.app.log),
    failed: en.logbook.attentionNotLoaded,
    had: () => page.findAllByRole('button', { name: en.log.setAside }),
    quietAtFirst: true,
  },
  {
    what: 'money to give back',
    asks: 'dailyLog.followUps',
    open: () => goTo(en.app.log),
    had: () => page.findAllByTestId('follow-up'),
  },
  {
    what: 'the open shift',
    asks: 'shifts.current',
    open: () => goTo(en.app.log),
    had: () => page.findByText(en.shift.none),
  },
  {
    what: 'the shifts of the day',
    asks: 'shifts.list',
    open: () => goTo(en.app.log),
    failed: en.logbook.shiftsNotLoaded,
    had: async () => undefined,
    quietAtFirst: true,
  },
  {
    what: 'the check of the journal',
    asks: 'log.journal',
    open: () => goTo(en.app.log),
    failed: en.logbook.journalNotLoaded,
    had: () => page.findByText(en.log.unbroken),
    quietAtFirst: true,
  },
  {
    what: 'the people',
    asks: 'staff.list',
    open: () => goTo(en.app.staff),
    had: () => page.findAllByRole('button', { name: en.personStory.open }),
  },
  {
    what: 'who is signed in',
    asks: 'staff.sessions',
    open: staffPart(en.staffTabs.sessions),
    had: () => page.findAllByTestId('open-session'),
  },
  {
    what: 'the roles',
    asks: 'staff.abilities',
    open: staffPart(en.staffTabs.roles),
    had: () => page.findAllByTestId('ability'),
  },
  {
    what: 'what a person did',
    asks: 'staff.story',
    open: async () => {
      await goTo(en.app.staff);
      const [first] = await page.findAllByRole('button', { name: en.personStory.open });
      if (first) fireEvent.click(first);
    },
    had: () => page.findByText(/^Signed in at Counter since /),
  },
  {
    what: 'the exercises',
    asks: 'training.progress',
    open: () => goTo(en.training.title),
    had: () => page.findByText(en.training.everybody),
  },
  {
    what: 'the backups',
    asks: 'setup.backups',
    open: setupPart(en.backup.tab),
    had: () => page.findByText(en.backup.none),
  },
  {
    what: 'how long plates are kept',
    asks: 'privacy.get',
    open: setupPart(en.privacy.tab),
    had: () => page.findByTestId('privacy-state'),
  },
  {
    what: 'the enrolment',
    asks: 'setup.site',
    open: setupPart(en.setup.server),
    had: () => page.findByText(en.setup.notEnrolled),
  },
  {
    what: 'the other kiosks',
    asks: 'kiosks.list',
    open: setupPart(en.kiosks.tab),
    had: () => page.findAllByTestId('kiosk-device'),
  },
  {
    what: 'the lanes’ receivers',
    asks: 'lanes.get',
    open: setupPart(en.setup.lanes),
    had: () => page.findByText(en.receivers.noLanes),
  },
  {
    what: 'the recordings',
    asks: 'recording.list',
    open: setupPart(en.setup.recordings),
    had: () => page.findByText(en.receivers.noRecordings),
  },
];

describe.each(asked.filter(({ quietAtFirst }) => !quietAtFirst))('$what', ({ asks, open }) => {
  it('says that it is on its way', async () => {
    const screen = await openAs('manager');
    screen.station.misbehaves.set(asks, 'never');
    await open();
    expect((await page.findAllByText(en.app.loading)).length).toBeGreaterThan(0);
    expect(page.queryByRole('alert')).toBeNull();
  });
});

describe.each(asked)('$what', ({ asks, open, failed, had }) => {
  it('says what failed and what was kept, and is there after one tap', async () => {
    const screen = await openAs('manager');
    screen.station.misbehaves.set(asks, 'fails');
    await open();
    const alert = (await page.findByText(failed ?? en.app.notLoaded)).closest('[role="alert"]');
    expect(alert).toBeTruthy();
    screen.station.misbehaves.clear();
    fireEvent.click(within(alert as HTMLElement).getByRole('button', { name: en.app.tryAgain }));
    await had();
    await waitFor(() => expect(page.queryByText(failed ?? en.app.notLoaded)).toBeNull());
  });
});

const forManagers = /^Your role may not see this\..*It is for: Manager\.$/;

describe('a screen that a role may not see', () => {
  it.each([
    ['cashier', 'an order', 'the menu', 'menu.list', () => goTo(en.menu.title)],
    ['manager', 'the rail', 'the log', 'dailyLog.rows', () => goTo(en.app.log)],
  ] as const)(
    'says whose it is when the station says so (%s, from %s, %s)',
    async (role, _, __, asks, open) => {
      const screen = await openAs(role);
      screen.station.misbehaves.set(asks, 'forbidden');
      await open();
      // Said at once: asking a second time would not change it.
      expect(await page.findByText(forManagers, {}, { timeout: 900 })).toBeTruthy();
      expect(page.queryByText(en.app.notLoaded)).toBeNull();
    },
  );

  it.each([
    ['attendant', ['Arrivals', 'Refuel', 'Carts', 'Daily log', 'Training']],
    ['cashier', ['Arrivals', 'Refuel', 'Charge', 'Carts', 'Menu', 'Daily log', 'Training']],
    ['installer', ['Arrivals', 'Training', 'Setup']],
  ] as const)('is not in the rail of who may not (%s)', async (role, screens) => {
    await openAs(role);
    const rail = within(page.getByRole('navigation'));
    const shown = rail.getAllByRole('button').map((button) => button.textContent);
    const all = [...Object.values(en.app), en.carts.title, en.menu.title, en.training.title];
    const names = all.filter((name) => typeof name === 'string' && shown.includes(name) && name !== 'Lock');
    expect(names.filter((name) => name !== 'More' && name !== '한국어').sort()).toEqual([...screens].sort());
  });

  it('an installer reads the board: no card offers what the station would refuse, and a visit says whose it is', async () => {
    const screen = await openAs('installer');
    const cards = await page.findAllByTestId('visit-card');
    for (const card of cards) expect(within(card).getAllByRole('button')).toHaveLength(1);
    expect(page.queryByRole('button', { name: en.board.checkIn })).toBeNull();
    await press('Details of the car ending 3456');
    expect(await page.findByText(/It is for: Cashier, Attendant, Manager\.$/)).toBeTruthy();
    screen.kiosk.preferences.change({ locale: 'ko' });
    expect(await page.findByText(/볼 수 있는 직원: 캐셔, 주유원, 매니저$/)).toBeTruthy();
    await press(ko.app.back);
    expect(await page.findAllByTestId('visit-card')).toHaveLength(cards.length);
  });

  it('an attendant hands over, and is not offered to take an item out of an order', async () => {
    await openAs('attendant');
    await press('Details of the car ending 3456');
    expect(await page.findByRole('button', { name: en.action.handOver })).toBeTruthy();
    expect(page.queryByRole('button', { name: new RegExp(`^${en.visit.markUnavailable}`) })).toBeNull();
  });
});

describe('an empty site', () => {
  it.each([
    ['arrivals', en.app.arrivals, en.board.nobodyHere],
    ['refuel', en.app.refuel, en.refuel.nobodyHere],
    ['charge', en.app.charge, en.charge.nobodyHere],
  ])('says in %s that there is nobody, and what then', async (_, screen, words) => {
    await openAs('manager', { visits: [] });
    await goTo(screen);
    expect(await page.findByText(words)).toBeTruthy();
  });

  it('says that no cart and no menu is known, which is not the same as having none', async () => {
    const screen = await openAs('manager', { visits: [] });
    screen.station.menu.asOfMs = null;
    await goTo(en.menu.title);
    expect(await page.findByText(en.menu.notYet)).toBeTruthy();
    screen.station.menu.asOfMs = Date.now();
    screen.station.menu.items = [];
    expect(await page.findByText(en.menu.none)).toBeTruthy();
  });
});

const screens = [
  en.app.arrivals,
  en.app.refuel,
  en.app.charge,
  en.carts.title,
  en.menu.title,
  en.app.log,
  en.app.staff,
  en.training.title,
  en.app.setup,
];

describe('on every screen', () => {
  it('it is said that the payment server, then that the station is away, and what still works', async () => {
    const screen = await openAs('manager');
    await page.findAllByTestId('visit-card');
    screen.station.setStatus({ server: { state: 'unreachable', sinceMs: Date.now(), reason: 'network' } });
    for (const name of screens) {
      await goTo(name);
      expect((await page.findByTestId('banner-server')).textContent).toContain('everything is kept here');
    }
    screen.station.cut();
    for (const name of screens) {
      await goTo(name);
      expect((await page.findByTestId('banner-station')).textContent).toContain('what was marked is safe');
    }
  });

  it('carts, the menu and money to give back say how old they are while the server is away', async () => {
    const screen = await openAs('manager', { locale: 'en' });
    await page.findAllByTestId('visit-card');
    screen.station.followUpsTold = 'before';
    screen.station.setStatus({ server: { state: 'unreachable', sinceMs: Date.now(), reason: 'network' } });
    await goTo(en.carts.title);
    expect(await page.findByText(en.carts.asOf('just now'))).toBeTruthy();
    await goTo(en.menu.title);
    expect(await page.findByText(en.menu.offline('just now'))).toBeTruthy();
    await goTo(en.app.log);
    expect(await page.findByText(en.followUps.toldBefore('40 minutes ago'))).toBeTruthy();
  });
});

describe('while the station is away', () => {
  it('what a manager must look at stays in sight, with the word that it may be old', async () => {
    const screen = await openAs('manager');
    await goTo(en.app.log);
    expect((await page.findAllByRole('button', { name: en.log.setAside })).length).toBeGreaterThan(0);
    screen.station.misbehaves.set('log.attention', 'fails');
    await screen.kiosk.queryClient.refetchQueries({ type: 'active' });
    expect(await page.findByText(en.logbook.attentionNotLoaded)).toBeTruthy();
    expect(page.getAllByRole('button', { name: en.log.setAside }).length).toBeGreaterThan(0);
  });

  it('what could not be had comes by itself when it is back', async () => {
    const screen = await openAs('manager');
    await page.findAllByTestId('visit-card');
    screen.station.cut();
    await page.findByTestId('banner-station');
    await goTo(en.menu.title);
    expect(await page.findByText(en.app.notLoaded)).toBeTruthy();
    screen.station.mend();
    expect(await page.findAllByTestId('menu-item')).toHaveLength(9);
  });
});
