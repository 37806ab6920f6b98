// @vitest-environment happy-dom
import { act, fireEvent, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { StationStatus } from '../../shared/station-contract/index.ts';
import { closeKiosks, openKiosk } from '../dev/kiosk-for-tests.tsx';
import { en } from '../words/en.ts';

afterEach(closeKiosks);

type Radio = StationStatus['radio'];
const impaired: Extract<Radio, { state: 'impaired' }> = {
  state: 'impaired',
  sinceMs: 0,
  receivers: [],
  lanes: [],
};
const untrusted: [name: string, radio: Radio, says: RegExp[]][] = [
  [
    'a lane that nobody hears',
    { ...impaired, receivers: ['canopy'], lanes: ['pump-1'] },
    [/^Nothing is heard at: Canopy dongle\. .*Cars at Pump 1 may not show by themselves/],
  ],
  [
    'a receiver outside of the lanes',
    { ...impaired, receivers: ['canopy'] },
    [/^Nothing is heard at: Canopy dongle\. .*The others go on\.$/],
  ],
  [
    'a receiver and the test beacon',
    { ...impaired, receivers: ['canopy'], lanes: ['pump-1'], reason: 'test-beacon-silent' },
    [/Canopy dongle/, /The test beacon is not heard either\.$/],
  ],
  ['all receivers', { state: 'down', sinceMs: 0, reason: 'silent' }, [/^No receiver hears anything/]],
];

describe('a radio that is not to be trusted', () => {
  it.each(untrusted)('is said above every screen that depends on it: %s', async (_, radio, says) => {
    const screen = openKiosk({ visits: [] });
    await screen.findByText(en.board.nobodyHereHint);
    await act(async () => screen.station.setStatus({ radio }));
    for (const name of [en.app.arrivals, en.app.refuel, en.app.charge, en.carts.title]) {
      fireEvent.click(screen.getByRole('button', { name }));
      await waitFor(() => {
        const banner = screen.getByTestId('banner-radio').textContent?.trim() ?? '';
        for (const words of says) expect(banner).toMatch(words);
      });
    }
  });

  it('lets no empty list promise that cars show by themselves', async () => {
    const screen = openKiosk({ visits: [] });
    await screen.findByText(en.board.nobodyHereHint);
    await act(async () => screen.station.setStatus({ radio: { ...impaired, reason: 'test-beacon-silent' } }));
    await screen.findByText(en.board.nobodyByItself);
    fireEvent.click(screen.getByRole('button', { name: en.app.charge }));
    await screen.findByText(en.charge.nobodyKnownHere);
    await act(async () => screen.station.setStatus({ radio: { state: 'healthy' } }));
    await screen.findByText(en.charge.nobodyHere);
  });
});
