// @vitest-environment happy-dom
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { people } from '../../dev/fake-lot.ts';
import { pastVisits } from '../../dev/fake-past-visits.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

/** 14:30 in Seoul. */
const nowMs = Date.UTC(2026, 10, 21, 5, 30);

async function atTheLog(
  options: { locale?: 'en' | 'ko'; role?: 'manager' | 'cashier'; onlyPast?: boolean; broken?: boolean } = {},
) {
  const { locale, onlyPast } = options;
  const screen = openKiosk({ locale, signedIn: false, ...(onlyPast ? { visits: [] } : {}) });
  screen.station.past = pastVisits(nowMs);
  if (options.broken) screen.station.misbehaves.set('dailyLog.summary', 'fails');
  const person = people.find((one) => one.role === (options.role ?? 'manager'));
  if (person === undefined) throw new Error('nobody with that role on the fake lot');
  screen.station.serves(person);
  screen.kiosk.session.signedIn(person, 'fake');
  const navigation = await screen.findByRole('navigation');
  const name = options.locale === 'ko' ? '일지' : 'Daily log';
  fireEvent.click(within(navigation).getByRole('button', { name }));
  return screen;
}

describe('the daily log', () => {
  it('shows the day’s visits with their sums, and narrows them down by what is typed', async () => {
    const screen = await atTheLog();
    const rows = await screen.findAllByTestId('log-row');
    const [visit] = [...screen.station.visits.values()];
    const tail = visit?.plateTail ?? '';
    expect(rows.length).toBeGreaterThan(1);
    expect(await screen.findByText(/^9 in 10 within/)).toBeTruthy();
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: tail } });
    const table = screen.getByRole('region', { name: 'Visits' });
    await waitFor(() => {
      const tails = within(table)
        .getAllByTestId('log-row')
        .map((row) => row.dataset.plateTail);
      expect(tails.length).toBeGreaterThan(0);
      expect(tails.every((one) => one === tail)).toBe(true);
    });
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'zzz' } });
    expect(await screen.findByText('Nothing matches the search.')).toBeTruthy();
  });

  it('draws arrivals by the hour, and says the same as a table', async () => {
    const screen = await atTheLog({ onlyPast: true });
    const chart = () => screen.getByRole('region', { name: 'Arrivals by hour' });
    // From 08:10 to 14:10 a car every 24 minutes, each hour's three kinds as bars.
    await waitFor(() => expect(chart().querySelectorAll('rect').length).toBe(7 * 3));
    fireEvent.click(within(chart()).getByRole('button', { name: 'As a table' }));
    const row = within(chart()).getByRole('rowheader', { name: '13' }).closest('tr');
    expect(
      within(row as HTMLElement)
        .getAllByRole('cell')
        .map((cell) => cell.textContent),
    ).toEqual(['1', '1', '0']);
  });

  it('does not say that nobody came where the sums could not be loaded', async () => {
    const screen = await atTheLog({ broken: true });
    const chart = await screen.findByRole('region', { name: 'Arrivals by hour' });
    await screen.findAllByRole('button', { name: 'Try again' });
    expect(chart.textContent).not.toContain('Nobody came');
  });

  it('goes on with the new business day when it changes, says so, and leads back', async () => {
    const screen = await atTheLog();
    await screen.findByText('Today');
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: '34' } });
    // The station says that a day has passed.
    screen.station.publish({ type: 'beat', nowMs: Date.now() + 24 * 3_600_000 });
    expect(await screen.findByText(/A new business day has begun/)).toBeTruthy();
    expect(screen.getByText('Today')).toBeTruthy();
    expect((screen.getByRole('searchbox') as HTMLInputElement).value).toBe('34');
    const [back] = screen.getAllByRole('button', { name: 'Previous day' }).reverse();
    if (back === undefined) throw new Error('no way back');
    fireEvent.click(back);
    await waitFor(() => expect(screen.queryByText('Today')).toBeNull());
  });

  it('compares with the server line by line when asked to', async () => {
    const screen = await atTheLog();
    fireEvent.click(await screen.findByRole('button', { name: 'Compare now' }));
    const lines = await screen.findAllByTestId('reconciled');
    expect(lines.map((line) => line.dataset.state)).toEqual(['missing-there', 'matched']);
    expect(within(lines[0] as HTMLElement).getByText(/not sent yet/)).toBeTruthy();
    expect(screen.getByText('1 of 2 match')).toBeTruthy();
  });

  it('speaks Korean', async () => {
    const screen = await atTheLog({ locale: 'ko' });
    expect(await screen.findByRole('region', { name: '시간대별 도착' })).toBeTruthy();
    expect(await screen.findByRole('button', { name: '지금 대조' })).toBeTruthy();
  });
});

describe('a shift at the kiosk', () => {
  it('is opened with what is in the drawer and closed with what was counted, once each', async () => {
    const screen = await atTheLog({ role: 'cashier' });
    expect(screen.queryByText('Arrivals by hour')).toBeNull();
    fireEvent.click(await screen.findByRole('button', { name: 'Open a shift' }));
    const opening = await screen.findByRole('dialog');
    fireEvent.change(within(opening).getByLabelText('Cash in the drawer'), { target: { value: '50000' } });
    const submit = within(opening).getByRole('button', { name: 'Open a shift' });
    fireEvent.click(submit);
    fireEvent.click(submit);
    fireEvent.click(await screen.findByRole('button', { name: 'Close the shift' }));
    const closing = await screen.findByRole('dialog');
    expect(within(closing).getByText(/2 marks have not reached the server/)).toBeTruthy();
    const close = within(closing).getByRole('button', { name: 'Close the shift' });
    fireEvent.click(close);
    expect(await within(closing).findByText('An amount is needed, 0 is fine.')).toBeTruthy();
    fireEvent.change(within(closing).getByLabelText('Cash counted'), { target: { value: '49000' } });
    fireEvent.click(close);
    const z = await screen.findByTestId('z-report');
    expect(z.textContent).toContain('Nothing was sold in this shift.');
    expect(z.textContent).toContain('-₩1,000');
    expect(screen.station.done.filter((name) => name.endsWith('Shift'))).toEqual(['openShift', 'closeShift']);
  });
});

describe('a shift’s report', () => {
  it('is alone on the paper, and a copy when it is printed again', async () => {
    const papers: string[] = [];
    vi.stubGlobal('print', () => {
      papers.push(document.querySelector('[data-testid="paper"]')?.textContent ?? 'nothing');
      expect(document.body.dataset.paper).toBe('');
    });
    const screen = await atTheLog({ role: 'cashier' });
    fireEvent.click(await screen.findByRole('button', { name: 'Open a shift' }));
    const opening = await screen.findByRole('dialog');
    fireEvent.click(within(opening).getByRole('button', { name: 'Open a shift' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Print' }));
    await waitFor(() => expect(papers).toHaveLength(1));
    fireEvent.click(screen.getByRole('button', { name: 'Close the shift' }));
    const closing = await screen.findByRole('dialog');
    fireEvent.change(within(closing).getByLabelText('Cash counted'), { target: { value: '0' } });
    fireEvent.click(within(closing).getByRole('button', { name: 'Close the shift' }));
    const z = await screen.findByTestId('z-report');
    fireEvent.click(within(z).getByRole('button', { name: 'Print' }));
    await waitFor(() => expect(papers).toHaveLength(2));
    fireEvent.click(within(z).getByRole('button', { name: 'Print' }));
    await waitFor(() => expect(papers).toHaveLength(3));
    const [x, original, again] = papers;
    expect(x).toContain('X report');
    expect(x).not.toContain('Signature');
    expect(original).toContain('Z report');
    expect(original).not.toContain('COPY');
    expect(again).toContain('COPY');
    expect(document.body.dataset.paper).toBeUndefined();
  });

  it('says what an earlier Z report counted as given back and was refused since, on the screen and on paper', async () => {
    let paper = '';
    vi.stubGlobal('print', () => {
      paper = document.querySelector('[data-testid="paper"]')?.textContent ?? '';
    });
    const screen = await atTheLog({ role: 'cashier' });
    screen.station.shiftReport = { notGivenBack: { count: 2, amountMinor: 3_000 } };
    fireEvent.click(await screen.findByRole('button', { name: 'Open a shift' }));
    const opening = await screen.findByRole('dialog');
    fireEvent.click(within(opening).getByRole('button', { name: 'Open a shift' }));
    const name = await screen.findByText('Refund refused after an earlier Z report (2)');
    expect(name.parentElement?.textContent).toContain('-₩3,000');
    fireEvent.click(await screen.findByRole('button', { name: 'Print' }));
    await waitFor(() => expect(paper).toContain('Refund refused after an earlier Z report × 2-₩3,000'));
  });

  it('takes off its total what was undone after the Z report before', async () => {
    let paper = '';
    vi.stubGlobal('print', () => {
      paper = document.querySelector('[data-testid="paper"]')?.textContent ?? '';
    });
    const screen = await atTheLog({ role: 'cashier' });
    screen.station.shiftReport = {
      sales: [{ kind: 'pickup', count: 2, amountMinor: 20_000 }],
      undone: { count: 1, amountMinor: 12_900 },
    };
    fireEvent.click(await screen.findByRole('button', { name: 'Open a shift' }));
    const opening = await screen.findByRole('dialog');
    fireEvent.click(within(opening).getByRole('button', { name: 'Open a shift' }));
    const name = await screen.findByText('Undone after the last Z report (1)');
    expect(name.parentElement?.textContent).toContain('-₩12,900');
    fireEvent.click(await screen.findByRole('button', { name: 'Print' }));
    await waitFor(() => expect(paper).toContain('Undone after the last Z report × 1-₩12,900'));
    expect(paper).toContain('Total₩7,100');
  });
});
