// @vitest-environment happy-dom
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { people } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

async function atTheBackups(locale: 'en' | 'ko' = 'en') {
  const screen = openKiosk({ visits: [], locale });
  const ko = locale === 'ko';
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: ko ? '설정' : 'Setup' }));
  fireEvent.click(await screen.findByRole('button', { name: ko ? '백업' : 'Backup' }));
  return screen;
}

describe('backups in Setup', () => {
  it('are made, listed, and one is gone back to after a question', async () => {
    const screen = await atTheBackups();
    expect(await screen.findByText('There is no backup yet.')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Back up now' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Restore' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(screen.station.done).not.toContain('restore');
    fireEvent.click(dialog.getByRole('button', { name: 'Restore' }));
    await screen.findByText('The station restarts with the backup.');
    expect(screen.station.done).toContain('restore');
  });

  it('come from a file in pieces that arrive whole', async () => {
    const screen = await atTheBackups('ko');
    const bytes = Uint8Array.from({ length: 250_000 }, (_, i) => (i * 7) % 256);
    const input = await screen.findByTestId('backup-file');
    Object.defineProperty(input, 'files', { value: [new File([bytes], 'mine.sqlite')] });
    fireEvent.change(input);
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('mine.sqlite 파일로 되돌릴까요?')).toBeTruthy();
    fireEvent.click(dialog.getByRole('button', { name: '복원' }));
    await waitFor(() => expect(screen.station.done).toContain('restore'));
    expect(Uint8Array.from(screen.station.uploaded)).toEqual(bytes);
  });

  it('are nothing an installer sees', async () => {
    const screen = openKiosk({ visits: [], signedIn: false });
    const installer = people.find(({ role }) => role === 'installer');
    if (installer === undefined) throw new Error('no installer');
    screen.station.serves(installer);
    screen.kiosk.session.signedIn(installer, 'fake');
    const navigation = await screen.findByRole('navigation');
    fireEvent.click(within(navigation).getByRole('button', { name: 'Setup' }));
    await screen.findByRole('button', { name: 'Server' });
    expect(screen.queryByRole('button', { name: 'Backup' })).toBe(null);
  });
});
