// @vitest-environment happy-dom
import { waitFor } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { saidByPhone } from '../../dev/every-card.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

it.each([
  ['en', ['~4 min', '~12 min', 'any moment', '3 min late'], 'said on the phone'],
  ['ko', ['약 4분 후', '약 12분 후', '곧 도착 예정', '3분 늦음'], '휴대폰으로 알림'],
] as const)(
  'cars that said so on the phone stand with their minutes, and here as said (%s)',
  async (locale, etas, said) => {
    const { container, getAllByTestId } = openKiosk({ locale, visits: saidByPhone(Date.now()) });
    await waitFor(() =>
      expect(
        getAllByTestId('eta')
          .map((eta) => eta.textContent)
          .sort(),
      ).toEqual([...etas].sort()),
    );
    for (const eta of getAllByTestId('eta')) expect(eta.getAttribute('role')).toBe('timer');
    const here = container.querySelector('[data-plate-tail="3015"]');
    expect(here?.textContent).toContain(said);
  },
);
