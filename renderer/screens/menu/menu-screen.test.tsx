// @vitest-environment happy-dom
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { people } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

async function signedIn(role: 'cashier' | 'attendant' | 'manager', locale: 'en' | 'ko' = 'en') {
  const screen = openKiosk({ signedIn: false, locale });
  const person = people.find((one) => one.role === role);
  if (person === undefined) throw new Error(`no ${role} on the fake lot`);
  screen.station.serves(person);
  screen.kiosk.session.signedIn(person, 'fake');
  const navigation = within(await screen.findByRole('navigation'));
  return { ...screen, navigation };
}

async function atTheMenu(locale: 'en' | 'ko' = 'en') {
  const screen = await signedIn('cashier', locale);
  fireEvent.click(screen.navigation.getByRole('button', { name: locale === 'ko' ? '메뉴' : 'Menu' }));
  await screen.findAllByTestId('menu-item');
  const row = (name: string) => {
    const found = screen.getAllByTestId('menu-item').find((one) => one.textContent?.includes(name));
    if (found === undefined) throw new Error(`${name} is not on the menu`);
    return found;
  };
  return { ...screen, row };
}

describe('the menu at the kiosk', () => {
  it('an item is marked as sold out with one tap, said, and taken back with another', async () => {
    const screen = await atTheMenu();
    const order = () => screen.getAllByTestId('menu-item').map((one) => one.querySelector('b')?.textContent);
    const before = order();
    const button = within(screen.row('Salt bread')).getByRole('button');
    fireEvent.click(button);
    fireEvent.click(button);
    await waitFor(() => expect(screen.row('Salt bread').dataset.soldOut).toBe('true'));
    expect(screen.row('Salt bread').textContent).toMatch(/Sold out today · until \d\d:\d\d/);
    expect(await screen.findByText('Salt bread: sold out today. Orders that are paid stay.')).toBeTruthy();
    expect(screen.getByText('1 sold out today')).toBeTruthy();
    expect(screen.station.done.filter((name) => name === 'menuSetSoldOut')).toHaveLength(1);
    // Nothing jumps away under the finger.
    expect(order()).toEqual(before);
    // The button has become another one under the finger: a second tap of the same gesture does nothing.
    const again = within(screen.row('Salt bread')).getByRole('button', { name: 'Sell again: Salt bread' });
    fireEvent.click(again);
    await waitFor(() => expect(again.hasAttribute('data-settling')).toBe(false));
    expect(screen.station.done.filter((name) => name === 'menuSetSoldOut')).toHaveLength(1);
    fireEvent.click(again);
    await waitFor(() => expect(screen.row('Salt bread').dataset.soldOut).toBeUndefined());
    expect(screen.getByText('Nothing is sold out')).toBeTruthy();
  });

  it('says when the payment server refused a mark, and that marks wait while it cannot be reached', async () => {
    const screen = await atTheMenu();
    screen.station.menu.put('Americano', { sync: 'attention' });
    screen.station.setStatus({
      server: { state: 'unreachable', reason: 'network', sinceMs: Date.now() },
    });
    expect(await screen.findByText(/What you mark is kept and sent later/)).toBeTruthy();
    await waitFor(() => expect(screen.row('Americano').textContent).toContain('Needs a manager'), {
      timeout: 4_000,
    });
  });

  it('what another kiosk marks is seen without a touch', async () => {
    const screen = await atTheMenu();
    screen.station.menu.put('Yuja tea', { soldOutUntilMs: Date.now() + 3_600_000 });
    await waitFor(() => expect(screen.row('Yuja tea').dataset.soldOut).toBe('true'), { timeout: 4_000 });
  });

  it('an item that is gone from the menu is said to be gone', async () => {
    const screen = await atTheMenu();
    const button = within(screen.row('Americano')).getByRole('button');
    screen.station.menu.items = screen.station.menu.items.slice(1);
    fireEvent.click(button);
    expect(await screen.findByText(/no longer on the menu/)).toBeTruthy();
  });

  it('is not for attendants, and is reached from an order whose item is missing', async () => {
    const attendant = await signedIn('attendant');
    expect(attendant.navigation.queryByRole('button', { name: 'Menu' })).toBeNull();
    closeKiosks();
    const screen = await signedIn('cashier');
    const card = (await screen.findAllByTestId('visit-card')).find((one) => one.dataset.pickupState);
    if (card === undefined) throw new Error('no order on the fake lot');
    fireEvent.click(within(card).getAllByRole('button')[0] ?? card);
    const [missing] = await screen.findAllByRole('button', { name: /^Mark unavailable/ });
    fireEvent.click(missing ?? card);
    fireEvent.click(await screen.findByRole('button', { name: 'To the menu' }));
    expect(await screen.findAllByTestId('menu-item')).toHaveLength(9);
  });

  it('speaks Korean', async () => {
    const screen = await atTheMenu('ko');
    fireEvent.click(within(screen.row('소금빵')).getByRole('button', { name: '오늘 품절: 소금빵' }));
    expect(await screen.findByText('오늘 품절 1개')).toBeTruthy();
  });
});
