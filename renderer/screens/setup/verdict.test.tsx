// @vitest-environment happy-dom
import { act, fireEvent, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { people } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

describe('is it the radio, the station or the server?', () => {
  it('is said in one line of Setup, as things are now', async () => {
    const screen = openKiosk({ signedIn: false, visits: [] });
    const installer = people.find(({ role }) => role === 'installer');
    if (installer === undefined) throw new Error('nobody is an installer');
    act(() => screen.kiosk.session.signedIn(installer, 'fake'));
    fireEvent.click(await screen.findByRole('button', { name: 'Setup' }));
    const verdict = await screen.findByTestId('verdict');
    const levels = () =>
      Object.fromEntries(
        [...verdict.querySelectorAll<HTMLElement>('[data-part]')].map(({ dataset }) => [
          dataset.part,
          dataset.level,
        ]),
      );
    const say = (status: Parameters<typeof screen.station.setStatus>[0]) =>
      act(async () => screen.station.setStatus(status));
    const expectLevels = (expected: Record<string, string>) =>
      waitFor(() => expect(levels()).toEqual(expected));
    await say({ radio: { state: 'healthy' }, server: { state: 'connected', sinceMs: 0 } });
    await expectLevels({ Radio: 'fine', Station: 'fine', Server: 'fine' });
    expect(verdict.textContent).toContain('All three are well');

    const beacon = { state: 'impaired', sinceMs: 0, reason: 'test-beacon-silent' } as const;
    await say({ radio: { ...beacon, receivers: [], unstable: [], lanes: [] } });
    await expectLevels({ Radio: 'warn', Station: 'fine', Server: 'fine' });
    // The banner says why, above every screen; it is not said twice.
    expect(screen.getByTestId('banner-radio').textContent).toContain('The test beacon is not heard');
    expect(verdict.textContent).not.toContain('The test beacon');
    expect(verdict.textContent).not.toContain('All three');

    await say({
      radio: { state: 'healthy' },
      server: { state: 'unreachable', sinceMs: 0, reason: 'network' },
    });
    await expectLevels({ Radio: 'fine', Station: 'fine', Server: 'bad' });
  });
});
