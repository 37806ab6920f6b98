// @vitest-environment happy-dom
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

const type = (keys: string) => {
  for (const key of keys) fireEvent.keyDown(window, { key });
};

describe('signing in', () => {
  it('by name and PIN leads to the board', async () => {
    const screen = openKiosk({ signedIn: false });
    fireEvent.click(await screen.findByRole('button', { name: /Minji K\./ }));
    type('2580');
    fireEvent.keyDown(window, { key: 'Enter' });
    expect(await screen.findByText('Bay 2')).toBeTruthy();
  });

  it('with a wrong PIN says how many tries are left and shows nothing of the site', async () => {
    const screen = openKiosk({ signedIn: false });
    fireEvent.click(await screen.findByRole('button', { name: /Minji K\./ }));
    type('1111');
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByText('That PIN is wrong. 4 tries left.')).toBeTruthy();
    expect(screen.queryByText('Bay 2')).toBeNull();
  });

  it('speaks Korean after one tap, before anybody has signed in', async () => {
    const screen = openKiosk({ signedIn: false });
    fireEvent.click(await screen.findByRole('button', { name: '한국어' }));
    expect(await screen.findByText('누가 근무하시나요?')).toBeTruthy();
  });
});

describe('a locked kiosk', () => {
  it('hides the screens and gives them back as they were to the same person', async () => {
    const screen = openKiosk({ signedIn: false });
    fireEvent.click(await screen.findByRole('button', { name: /Minji K\./ }));
    type('2580');
    fireEvent.keyDown(window, { key: 'Enter' });
    const navigation = await screen.findByRole('navigation');
    fireEvent.click(within(navigation).getByRole('button', { name: 'Refuel' }));
    await screen.findByText('Type at least two digits.');
    type('78');
    expect(await screen.findByText('2 cars match')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Lock' }));
    expect(await screen.findByText('Locked. Minji K.’s screens are as they were.')).toBeTruthy();
    type('2580');
    fireEvent.keyDown(window, { key: 'Enter' });
    expect(await screen.findByText('2 cars match')).toBeTruthy();
    await waitFor(() => expect(screen.queryByText(/Locked\./)).toBeNull());
  });
});
