// @vitest-environment happy-dom
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakePickup, fakeVisit } from '../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

async function askedAtTheCard() {
  const screen = openKiosk({
    visits: [
      fakeVisit(Date.now(), {
        plateTail: '3456',
        laneId: 'bay-2',
        pickup: fakePickup('A17', { check: { kind: 'plate-digits' } }),
      }),
    ],
  });
  const button = await screen.findByRole('button', { name: 'Hand over' });
  button.focus();
  fireEvent.click(button);
  const dialog = await screen.findByRole('dialog');
  return { screen, button, dialog };
}

describe('the focus of a keyboard', () => {
  it('goes back to the button that asked when the question is closed', async () => {
    const { screen, button, dialog } = await askedAtTheCard();
    await waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(button));
  });

  it('stays with the card when what was done changes its button', async () => {
    const { screen, dialog } = await askedAtTheCard();
    for (const key of '3456') fireEvent.keyDown(window, { key });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Hand over' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await waitFor(() =>
      expect(document.activeElement?.closest('[data-plate-tail]')?.getAttribute('data-plate-tail')).toBe(
        '3456',
      ),
    );
  });
});
