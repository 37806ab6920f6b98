// @vitest-environment happy-dom
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
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
