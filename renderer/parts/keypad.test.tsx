// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { closeKiosks, openKiosk } from '../dev/kiosk-for-tests.tsx';
import { typeKey } from './keypad.tsx';

afterEach(closeKiosks);

describe('the keypad', () => {
  it('adds digits up to the length, deletes one, clears all', () => {
    expect(typeKey('789', '0', 4)).toBe('7890');
    expect(typeKey('7890', '1', 4)).toBe('7890');
    expect(typeKey('7890', 'backspace', 4)).toBe('789');
    expect(typeKey('7890', 'clear', 4)).toBe('');
  });

  it('takes one decimal point and puts a zero before a leading one', () => {
    expect(typeKey('', 'point', 8)).toBe('0.');
    expect(typeKey('4.2', 'point', 8)).toBe('4.2');
  });

  it('works by finger and by keyboard alike', async () => {
    const screen = openKiosk({ signedIn: false });
    fireEvent.click(await screen.findByRole('button', { name: /Minji K\./ }));
    fireEvent.click(screen.getByRole('button', { name: '2' }));
    fireEvent.keyDown(window, { key: '5' });
    expect(screen.getByRole('img', { name: '2 digits typed' })).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Delete the last digit' }));
    expect(screen.getByRole('img', { name: '1 digit typed' })).toBeTruthy();
  });
});
