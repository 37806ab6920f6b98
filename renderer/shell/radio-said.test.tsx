// @vitest-environment happy-dom
import { act, fireEvent, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { StationStatus } from '../../shared/station-contract/index.ts';
import { fakeReceivers } from '../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../dev/kiosk-for-tests.tsx';
import { en } from '../words/en.ts';

afterEach(closeKiosks);

type Radio = StationStatus['radio'];
const impaired: Extract<Radio, { state: 'impaired' }> = {
  state: 'impaired',
  sinceMs: 0,
  receivers: [],
  unstable: [],
  lanes: [],
};
const lost = { state: 'unstable', sinceMs: 0, reason: 'port-lost', withinMs: 600_000 } as const;
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
  [
    'a receiver that is lost again and again',
    { ...impaired, unstable: ['canopy'] },
    // A scan that falls silent counts as a loss, too: its connection may be well.
    [/^Reception at Canopy dongle breaks off again and again: .*Check the cable\.$/],
  ],
  [
    'one that hears nothing, another that is lost again and again, and the test beacon',
    { ...impaired, receivers: ['entrance'], unstable: ['canopy'], reason: 'test-beacon-silent' },
    [/^Nothing is heard at: Entrance/, /Reception at Canopy dongle/, /is not heard either\.$/],
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

  it('says of one that is lost again and again the same words while it comes and goes', async () => {
    const screen = openKiosk({ visits: [] });
    await screen.findByText(en.board.nobodyHereHint);
    await act(async () => screen.station.setStatus({ radio: { ...impaired, unstable: ['canopy'] } }));
    const banner = await screen.findByTestId('banner-radio');
    const said = banner.textContent;
    expect(said).not.toMatch(/\d/);
    const [canopy, ...others] = fakeReceivers(Date.now());
    if (canopy === undefined) throw new Error('no receiver');
    for (let losses = 3; losses < 6; losses++) {
      const health = { ...lost, losses, connected: losses % 2 === 0 };
      const receivers = [{ ...canopy, health }, ...others];
      await act(async () => screen.station.publish({ type: 'receivers', receivers }));
      expect(screen.getByTestId('banner-radio')).toBe(banner);
      expect(banner.textContent).toBe(said);
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
