// @vitest-environment happy-dom
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { abilityNames } from '../../../shared/station-facts/index.ts';
import { people } from '../../dev/fake-lot.ts';
import { fakePin } from '../../dev/fake-station.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

async function atStaff(locale: 'en' | 'ko' = 'en') {
  const screen = openKiosk({ locale });
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: locale === 'ko' ? '직원' : 'Staff' }));
  const tab = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
  return { ...screen, tab };
}

describe('staff', () => {
  it('shows who is signed in at which kiosk, and signs somebody out there', async () => {
    const screen = await atStaff();
    screen.tab('Signed in');
    const rows = await screen.findAllByTestId('open-session');
    expect(rows).toHaveLength(3);
    expect(rows[0]?.textContent).toContain('This kiosk');
    expect(within(rows[0] as HTMLElement).queryByRole('button')).toBeNull();
    fireEvent.click(within(rows[1] as HTMLElement).getByRole('button', { name: 'Sign out' }));
    const dialog = await screen.findByRole('dialog', { name: /at Handheld 1\?/ });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Sign out' }));
    await waitFor(() => expect(screen.getAllByTestId('open-session')).toHaveLength(2));
    expect(screen.station.done).toContain('endSession');
  });

  it('shows what each role may do as the station says it, in words', async () => {
    const screen = await atStaff('ko');
    screen.tab('권한');
    const lines = await screen.findAllByTestId('ability');
    expect(lines.length).toBe(abilityNames.length);
    const staff = lines.find((line) => line.textContent?.startsWith('직원 추가'));
    expect(within(staff as HTMLElement).getAllByRole('img', { name: '가능' })).toHaveLength(1);
    expect(within(staff as HTMLElement).getAllByRole('img', { name: '불가' })).toHaveLength(3);
  });

  it('shows who is locked out after wrong PINs, and lifts the lock', async () => {
    const screen = openKiosk();
    const cashier = people[2];
    if (cashier === undefined) throw new Error('nobody to lock out');
    screen.station.locks(cashier);
    const navigation = await screen.findByRole('navigation');
    fireEvent.click(within(navigation).getByRole('button', { name: 'Staff' }));
    expect(await screen.findByText(/^Locked until/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Lift the lock' }));
    await waitFor(() => expect(screen.queryByText(/^Locked until/)).toBeNull());
  });
});

describe('somebody else at the same kiosk', () => {
  it('taps the name, types the PIN, and finds nothing of the other’s; who comes back finds it as it was', async () => {
    const screen = openKiosk();
    const [minji, , haneul] = people;
    if (minji === undefined || haneul === undefined) throw new Error('too few people');
    const pinOf = async () => {
      for (const digit of fakePin) fireEvent.click(await screen.findByRole('button', { name: digit }));
      fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
      return screen.findByRole('navigation');
    };
    const navigation = await screen.findByRole('navigation');
    fireEvent.click(within(navigation).getByRole('button', { name: 'Daily log' }));
    fireEvent.change(await screen.findByRole('searchbox'), { target: { value: '34' } });

    fireEvent.click(within(navigation).getByRole('button', { name: minji.displayName }));
    fireEvent.click(await screen.findByRole('menuitem', { name: haneul.displayName, hidden: true }));
    // Their PIN is asked for at once, no list in between.
    expect(await screen.findByRole('heading', { name: new RegExp(haneul.displayName) })).toBeTruthy();
    const theirs = await pinOf();
    expect(within(theirs).queryByRole('button', { name: 'Staff' })).toBeNull();
    expect(screen.queryByRole('searchbox')).toBeNull();

    fireEvent.click(within(theirs).getByRole('button', { name: haneul.displayName }));
    fireEvent.click(await screen.findByRole('menuitem', { name: minji.displayName, hidden: true }));
    await pinOf();
    expect(((await screen.findByRole('searchbox')) as HTMLInputElement).value).toBe('34');
  });
});
