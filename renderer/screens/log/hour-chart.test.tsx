// @vitest-environment happy-dom
import { fireEvent, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { people } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

async function atTheLog(prepare: (station: ReturnType<typeof openKiosk>['station']) => void) {
  const screen = openKiosk({ locale: 'en', signedIn: false });
  prepare(screen.station);
  const manager = people.find((one) => one.role === 'manager');
  if (manager === undefined) throw new Error('no manager on the fake lot');
  screen.station.serves(manager);
  screen.kiosk.session.signedIn(manager, 'fake');
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: 'Daily log' }));
  return screen;
}

const hour = (hour: number, pickup: number, again?: true) => ({
  ...{ hour, pickup, refuel: 0, other: 0 },
  ...(again ? { again } : {}),
});

describe('the arrivals by hour', () => {
  it('draw the hour that comes twice as two bars, each with its own name', async () => {
    const screen = await atTheLog((station) => {
      station.summary = { hours: [hour(0, 1), hour(1, 2), hour(1, 3, true), hour(2, 4)] };
    });
    const chart = await screen.findByRole('region', { name: 'Arrivals by hour' });
    await within(chart).findByText('1 again');
    expect([...chart.querySelectorAll('text')].map((one) => one.textContent)).toEqual([
      ...['0', '1', '1 again', '2'],
    ]);
    fireEvent.click(within(chart).getByRole('button', { name: 'As a table' }));
    const row = within(chart).getByRole('rowheader', { name: '1 again' }).closest('tr');
    expect(row?.textContent).toBe('1 again300');
  });
});

describe('a browser that does not know the site’s time zone', () => {
  it('says so, shows UTC, and every page stands', async () => {
    const screen = await atTheLog((station) => {
      station.site = { ...station.site, timeZone: 'Nowhere/New_Town' };
    });
    expect(await screen.findByText(/does not know the time zone Nowhere\/New_Town/)).toBeTruthy();
    expect((await screen.findAllByTestId('log-row')).length).toBeGreaterThan(0);
    expect(screen.getAllByText(/\d\d:\d\d UTC/).length).toBeGreaterThan(0);
  });
});
