// @vitest-environment happy-dom
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Told } from '../../dev/fake-follow-ups.ts';
import { people } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

async function atTheFollowUps(options: { told?: Told; locale?: 'en' | 'ko' } = {}) {
  const { told = 'now', locale = 'en' } = options;
  const screen = openKiosk({ locale, signedIn: false });
  const manager = people.find((one) => one.role === 'manager');
  if (manager === undefined) throw new Error('the fake lot has no manager');
  screen.station.followUpsTold = told;
  screen.station.serves(manager);
  screen.kiosk.session.signedIn(manager, 'fake');
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: { en: 'Daily log', ko: '일지' }[locale] }));
  const panel = await screen.findByTestId('follow-ups');
  const lines = () => within(panel).findAllByTestId('follow-up');
  return { ...screen, panel, lines };
}

const english = /[A-Za-z]{3,}/;

describe('money to give back and drive-offs', () => {
  it('say for each what is known here, what the server knows, and what to do', async () => {
    const { lines } = await atTheFollowUps();
    expect((await lines()).map(({ dataset }) => [dataset.kind, dataset.state, dataset.step])).toEqual([
      ['release', 'missing-here', 'not-here'],
      ['release', 'missing-there', 'look-at-server'],
      ['drive-off', 'different', 'done-there'],
      ['drive-off', 'missing-there', 'on-its-way'],
      ['release', 'matched', 'call-bank'],
      ['drive-off', 'matched', 'collect'],
      ['release', 'not-begun', 'wait'],
    ]);
    const [unknown, missing, paid, , bank] = await lines();
    expect(unknown?.textContent).toContain(
      'Here: not known. Server: being given back (the bank was asked 2 times).',
    );
    // The number is there to be read out.
    expect(unknown?.querySelector('code')?.textContent).toMatch(/^[0-9a-f-]{36}$/);
    expect(missing?.textContent).toContain('Here: still held. Server: not known.');
    expect(paid?.textContent).toMatch(/Here: unpaid\. Server: the driver paid after all \(.*\d\d:\d\d\)\./);
    expect(paid?.querySelector('code')).toBeNull();
    expect(bank?.textContent).toContain('₩60,000');
    expect(bank?.textContent).toContain('for 30 hours');
    expect(bank?.textContent).toContain('Call your payment company');
  });

  it('speak Korean', async () => {
    const { lines } = await atTheFollowUps({ locale: 'ko' });
    const texts = (await lines()).map((line) => {
      for (const code of line.querySelectorAll('code')) code.remove();
      return line.textContent ?? '';
    });
    expect(texts[1]).toContain('여기: 아직 묶여 있음. 서버: 내역 없음.');
    expect(texts.filter((text) => english.test(text))).toEqual([]);
  });

  it('show what the server said last, with its age, where it cannot be reached', async () => {
    const { panel, lines } = await atTheFollowUps({ told: 'before' });
    expect(await lines()).toHaveLength(7);
    expect(within(panel).getByRole('status').textContent).toContain('as it said it 40 minutes ago');
  });

  it('show what is known here where the server has never told', async () => {
    const { panel, lines } = await atTheFollowUps({ told: 'never' });
    expect(new Set((await lines()).map(({ dataset }) => dataset.state))).toEqual(new Set(['not-compared']));
    expect((await lines())[0]?.textContent).not.toContain('Server:');
    expect(within(panel).getByRole('status').textContent).toContain('has not told');
  });

  it('say so where nothing is open', async () => {
    const { panel } = await atTheFollowUps({ told: 'nothing-open' });
    await waitFor(() =>
      expect(panel.textContent).toContain('Nothing is open, neither here nor at the payment server.'),
    );
  });
});
