// @vitest-environment happy-dom
import { act, fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { people } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

async function atTheSite(locale: 'en' | 'ko' = 'en') {
  const screen = openKiosk({ visits: [], locale });
  const ko = locale === 'ko';
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: ko ? '설정' : 'Setup' }));
  fireEvent.click(await screen.findByRole('button', { name: ko ? '매장' : 'Site' }));
  return screen;
}
const [, soo = people[0]] = people;
if (soo === undefined) throw new Error('nobody is there');
const typeInto = (field: HTMLElement, value: string) => fireEvent.change(field, { target: { value } });

describe('the site in Setup', () => {
  it('takes a new lane, its name and a removed one in one save', async () => {
    const screen = await atTheSite();
    const form = within(await screen.findByRole('form', { name: 'Lanes' }));
    expect(form.getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(true);
    fireEvent.click(form.getByRole('button', { name: 'Remove Pump 2' }));
    fireEvent.click(form.getByRole('button', { name: 'Add a lane' }));
    const added = within(form.getByRole('listitem', { name: 'Pump 7' }));
    typeInto(added.getByLabelText('Name of its own'), 'Truck pump');
    fireEvent.click(form.getByRole('button', { name: 'Save' }));
    await waitFor(() => {
      expect(screen.station.site.lanes.at(-1)).toEqual({
        laneId: 'pump-7',
        kind: 'pump',
        number: 7,
        name: 'Truck pump',
      });
    });
    expect(screen.station.site.lanes.some((lane) => lane.laneId === 'pump-2')).toBe(false);
  });

  it('says that somebody else changed what is typed here, keeps it, and has the later save refused with the name', async () => {
    const screen = await atTheSite();
    const form = within(await screen.findByRole('form', { name: 'Lanes' }));
    const nameOf = (lane: string) =>
      within(form.getByRole('listitem', { name: lane })).getByLabelText<HTMLInputElement>('Name of its own');
    typeInto(nameOf('Pump 2'), 'Mine');
    const others = screen.station.site.lanes.map((lane) =>
      lane.laneId === 'pump-2' ? { ...lane, name: 'Theirs' } : lane,
    );
    act(() => screen.station.changeSite(soo, { lanes: others }));
    await form.findByText(/Somebody else changed this meanwhile\. What you typed is still here/);
    expect(nameOf('Mine').value).toBe('Mine');
    fireEvent.click(form.getByRole('button', { name: 'Save' }));
    await screen.findByText(
      `${soo.displayName} changed this meanwhile. Nothing was changed. Look at it again.`,
    );
    expect(screen.station.site.lanes).toEqual(others);
    expect(nameOf('Mine').value).toBe('Mine');
    // Chosen to save over it, it is saved.
    fireEvent.click(form.getByRole('button', { name: 'Keep mine, to save over theirs' }));
    expect(form.queryByTestId('newer-version')).toBeNull();
    fireEvent.click(form.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(screen.station.site.lanes.find(({ laneId }) => laneId === 'pump-2')?.name).toBe('Mine'),
    );
    await waitFor(() =>
      expect(form.getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(true),
    );
    expect(form.queryByTestId('newer-version')).toBeNull();
  });

  it('shows what somebody else saved where nothing is typed, and theirs where one wants to see it', async () => {
    const screen = await atTheSite();
    const form = within(await screen.findByRole('form', { name: 'Site and limits' }));
    const [amber, red] = ['Amber after (seconds)', 'Red after (seconds)'].map((label) =>
      form.getByLabelText<HTMLInputElement>(label),
    );
    if (amber === undefined || red === undefined) throw new Error('no limits');
    typeInto(amber, '100');
    act(() => screen.station.changeSite(soo, { redAfterMs: 240_000 }));
    await waitFor(() => expect(red.value).toBe('240'));
    expect(form.queryByTestId('newer-version')).toBeNull();
    fireEvent.click(form.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.station.site.amberAfterMs).toBe(100_000));
    expect(screen.station.site.redAfterMs).toBe(240_000);
    typeInto(amber, '110');
    act(() => screen.station.changeSite(soo, { amberAfterMs: 90_000 }));
    const newer = await form.findByTestId('newer-version');
    expect(newer.textContent).toContain('“Amber after (seconds): 90” now');
    fireEvent.click(form.getByRole('button', { name: 'Show theirs, drop mine' }));
    expect(amber.value).toBe('90');
    expect(form.queryByTestId('newer-version')).toBeNull();
  });

  it('says at the field what is wrong and sends nothing', async () => {
    const screen = await atTheSite('ko');
    const form = within(await screen.findByRole('form', { name: '유종과 가격' }));
    const [price] = form.getAllByLabelText('리터당 가격 (KRW)');
    if (price === undefined) throw new Error('no grade');
    typeInto(price, '공짜');
    fireEvent.click(form.getByRole('button', { name: '저장' }));
    expect(await form.findByText('주유기에 표시된 가격을 0보다 크게 입력해 주세요.')).toBeTruthy();
    expect(screen.station.site.grades[0]?.unitPriceMilli).toBe(1_689_000);
    typeInto(price, '1701');
    fireEvent.click(form.getByRole('button', { name: '저장' }));
    await waitFor(() => expect(screen.station.site.grades[0]?.unitPriceMilli).toBe(1_701_000));
  });

  it('keeps red after amber', async () => {
    const screen = await atTheSite();
    const form = within(await screen.findByRole('form', { name: 'Site and limits' }));
    typeInto(form.getByLabelText('Amber after (seconds)'), '200');
    fireEvent.click(form.getByRole('button', { name: 'Save' }));
    expect(await form.findByText('Type whole seconds, more than for amber.')).toBeTruthy();
    expect(screen.station.site.amberAfterMs).toBe(120_000);
  });
});
