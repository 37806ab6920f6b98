// @vitest-environment happy-dom
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { people } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

async function atTheDays(locale: 'en' | 'ko') {
  const screen = openKiosk({ locale, signedIn: false });
  const manager = people.find((one) => one.role === 'manager');
  if (manager === undefined) throw new Error('the fake lot has no manager');
  screen.station.serves(manager);
  screen.kiosk.session.signedIn(manager, 'fake');
  screen.kiosk.board.nowMs = () => Date.parse('2026-11-20T09:00:00Z');
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: { en: 'Daily log', ko: '일지' }[locale] }));
  return screen;
}

describe('a day of the daily log', () => {
  it('is written and chosen in Korean, on a machine that speaks anything else', async () => {
    const screen = await atTheDays('ko');
    const from = await screen.findByRole('button', { name: '시작일 2026년 11월 20일' });
    fireEvent.click(from);
    const month = await screen.findByRole('dialog', { name: '시작일 선택' });
    expect(within(month).getByText('2026년 11월')).toBeTruthy();
    expect(
      within(month)
        .getAllByRole('columnheader')
        .map((day) => day.textContent),
    ).toEqual([...'일월화수목금토']);
    fireEvent.click(within(month).getByRole('button', { name: '이전 달' }));
    fireEvent.click(await within(month).findByRole('button', { name: '2026년 10월 31일' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.getByRole('button', { name: '시작일 2026년 10월 31일' })).toBeTruthy();
    expect(screen.getByRole('button', { name: '종료일 2026년 11월 20일' })).toBeTruthy();
  });

  it('is reached by the keyboard alone, and never lies in the future', async () => {
    const screen = await atTheDays('en');
    fireEvent.click(await screen.findByRole('button', { name: 'To 20 November 2026' }));
    const month = await screen.findByRole('dialog', { name: 'To: which day?' });
    const today = within(month).getByRole('button', { name: '20 November 2026' });
    await waitFor(() => expect(document.activeElement).toBe(today));
    expect(today.getAttribute('aria-current')).toBe('date');
    const tomorrow = within(month).getByRole('button', { name: '21 November 2026' }) as HTMLButtonElement;
    expect(tomorrow.disabled).toBe(true);
    fireEvent.keyDown(today, { key: 'ArrowUp' });
    const aWeekAgo = within(month).getByRole('button', { name: '13 November 2026' });
    expect(document.activeElement).toBe(aWeekAgo);
    fireEvent.click(aWeekAgo);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    // A range never ends before it begins.
    expect(screen.getByRole('button', { name: 'From 13 November 2026' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'To 13 November 2026' })).toBeTruthy();
  });
});
