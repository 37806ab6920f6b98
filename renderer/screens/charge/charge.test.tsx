// @vitest-environment happy-dom
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChargeView, Role } from '../../../shared/station-contract/index.ts';
import { chargedLot, fakeManagerPin } from '../../dev/fake-charges.ts';
import { fakeVisit, people } from '../../dev/fake-lot.ts';
import type { FakeStation } from '../../dev/fake-station.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

const car = fakeVisit(Date.now(), {
  plateTail: '7890',
  laneId: 'bay-1',
  presence: 'arrived',
  vehicle: { model: 'Sonata', color: 'grey', fuel: 'diesel' },
});

async function atTheCounter(options: { locale?: 'en' | 'ko'; jackFrom?: number | null; role?: Role } = {}) {
  const screen = openKiosk({ visits: [car], locale: options.locale, signedIn: false });
  const role = options.role ?? 'cashier';
  const person = people.find((one) => one.role === role);
  if (person === undefined) throw new Error(`no ${role} on the fake lot`);
  screen.station.serves(person);
  screen.kiosk.session.signedIn(person, 'fake');
  if (options.jackFrom !== undefined) {
    screen.station.site = { ...screen.station.site, jackRequiredFromMinor: options.jackFrom };
  }
  const navigation = await screen.findByRole('navigation');
  const name = options.locale === 'ko' ? '결제 요청' : 'Charge';
  fireEvent.click(within(navigation).getByRole('button', { name }));
  await screen.findByTestId('charge-candidate');
  return screen;
}
const type = (keys: string) => {
  for (const key of keys) fireEvent.keyDown(window, { key });
};
/** The server says so. */
function says(station: FakeStation, changes: Partial<ChargeView>) {
  const [visit] = [...station.visits.values()];
  const charge = visit?.charges?.at(-1);
  if (!visit || !charge) throw new Error('no charge was kept');
  station.put({ ...visit, charges: [{ ...charge, ...changes }] });
}
const paid: Partial<ChargeView> = {
  state: 'paid',
  refundable: { amountMinor: 12_000, currency: 'KRW' },
};
async function asked(screen: Awaited<ReturnType<typeof atTheCounter>>) {
  fireEvent.click(screen.getByTestId('charge-candidate'));
  await screen.findByTestId('charge-car');
  type('12000');
  fireEvent.click(await screen.findByRole('button', { name: 'Ask the driver for ₩12,000' }));
  return screen.findByTestId('charge-outcome');
}

describe('a charge at the counter', () => {
  it('goes from the car that is here over the amount to the driver’s yes', async () => {
    const screen = await atTheCounter();
    const outcome = await asked(screen);
    expect(outcome.dataset.chargeState).toBe('waiting');
    expect(await screen.findByText('Waiting for approval')).toBeTruthy();
    expect(screen.getByText(/left$/)).toBeTruthy();
    says(screen.station, paid);
    expect(await screen.findByText('The driver has paid.')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Next charge' }));
    const row = await screen.findByTestId('charge-row');
    expect(row.textContent).toContain('₩12,000');
    expect(await screen.findByText('₩12,000 paid')).toBeTruthy();
  });

  it('chooses the car by itself at four digits and one match', async () => {
    const screen = await atTheCounter();
    type('7890');
    expect(await screen.findByTestId('charge-car')).toBeTruthy();
  });

  it('needs an amount, and says so instead of asking', async () => {
    const screen = await atTheCounter();
    fireEvent.click(screen.getByTestId('charge-candidate'));
    await screen.findByTestId('charge-car');
    fireEvent.click(screen.getByRole('button', { name: 'Ask the driver' }));
    expect(await screen.findByText('Type the amount first.')).toBeTruthy();
    expect(screen.station.done).toEqual([]);
  });

  it('says that the jack’s code is required, and offers the phone alone only below the site’s amount', async () => {
    const screen = await atTheCounter({ jackFrom: 10_000 });
    fireEvent.click(screen.getByTestId('charge-candidate'));
    await screen.findByTestId('charge-car');
    type('9000');
    fireEvent.click(await screen.findByRole('button', { name: 'on the phone' }));
    expect(screen.getByText(/The jack is not needed/)).toBeTruthy();
    type('0');
    await waitFor(() => expect(screen.queryByRole('button', { name: 'on the phone' })).toBeNull());
    expect(screen.getByText(/The jack’s code is required/)).toBeTruthy();
  });

  it('is taken back by the server’s word, and can be asked again', async () => {
    const screen = await atTheCounter();
    await asked(screen);
    fireEvent.click(screen.getByRole('button', { name: 'Cancel the request' }));
    expect(await screen.findByText('Being cancelled')).toBeTruthy();
    says(screen.station, { state: 'cancelled', cancelAsked: false });
    fireEvent.click(await screen.findByRole('button', { name: 'Ask again' }));
    expect(await screen.findByText('Waiting for approval')).toBeTruthy();
    expect(screen.station.done).toEqual(['chargeRequest', 'chargeCancel', 'chargeAskAgain']);
  });

  it('whose outcome is unknown offers nothing that could take the money twice', async () => {
    const screen = await atTheCounter();
    await asked(screen);
    says(screen.station, { state: 'unknown' });
    expect(await screen.findByText('Outcome unknown')).toBeTruthy();
    for (const name of ['Ask again', 'Cancel the request', 'Refund…']) {
      expect(screen.queryByRole('button', { name })).toBeNull();
    }
  });

  it('that could not be sent says that it is kept', async () => {
    const screen = await atTheCounter();
    await asked(screen);
    const approval = { state: 'waiting', expiresAtMs: null, reason: null, asked: false } as const;
    says(screen.station, { approval });
    expect(await screen.findByText('Kept here, not asked yet')).toBeTruthy();
  });

  it('that the server refused says that nobody was asked, and can be cancelled', async () => {
    const screen = await atTheCounter();
    await asked(screen);
    const approval = { state: 'waiting', expiresAtMs: null, reason: null, asked: false } as const;
    says(screen.station, { approval, sync: 'attention' });
    expect(await screen.findByText('Refused by the payment server')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Cancel the request' })).toBeTruthy();
  });

  it('speaks Korean', async () => {
    const screen = await atTheCounter({ locale: 'ko' });
    fireEvent.click(screen.getByTestId('charge-candidate'));
    await screen.findByTestId('charge-car');
    type('5000');
    expect(await screen.findByRole('button', { name: /고객에게 .*5,000.* 요청/ })).toBeTruthy();
  });
});

describe('a refund', () => {
  it('by a cashier asks for a manager’s PIN, says when it is wrong, and shows who allowed it', async () => {
    const screen = await atTheCounter();
    await asked(screen);
    says(screen.station, paid);
    fireEvent.click(await screen.findByRole('button', { name: 'Refund…' }));
    const dialog = within(await screen.findByRole('dialog'));
    fireEvent.change(dialog.getByLabelText('Amount to give back'), { target: { value: '5000' } });
    fireEvent.change(dialog.getByLabelText('Why?'), { target: { value: 'Wrong item' } });
    const pin = () => dialog.getByLabelText(/PIN/) as HTMLInputElement;
    fireEvent.change(pin(), { target: { value: '9999' } });
    fireEvent.click(dialog.getByRole('button', { name: 'Refund' }));
    expect(await screen.findByText(/That PIN is wrong. Nothing was refunded/)).toBeTruthy();
    await waitFor(() => expect(pin().value).toBe(''));
    fireEvent.change(pin(), { target: { value: fakeManagerPin } });
    fireEvent.click(dialog.getByRole('button', { name: 'Refund' }));
    const refund = await screen.findByTestId('refund');
    expect(refund.textContent).toContain('₩5,000');
    expect(refund.textContent).toContain('allowed by Jiwoo L.');
    expect(screen.station.done).toEqual(['chargeRequest', 'chargeRefund']);
  });

  it('by a manager needs no second PIN', async () => {
    const screen = await atTheCounter({ role: 'manager' });
    await asked(screen);
    says(screen.station, paid);
    fireEvent.click(await screen.findByRole('button', { name: 'Refund…' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.queryByLabelText(/PIN/)).toBeNull();
    fireEvent.change(dialog.getByLabelText('Why?'), { target: { value: 'Wrong item' } });
    fireEvent.click(dialog.getByRole('button', { name: 'Refund' }));
    expect((await screen.findByTestId('refund')).textContent).toContain('₩12,000');
  });

  it('of more than was paid is not even asked for', async () => {
    const screen = await atTheCounter();
    await asked(screen);
    says(screen.station, paid);
    fireEvent.click(await screen.findByRole('button', { name: 'Refund…' }));
    const dialog = within(await screen.findByRole('dialog'));
    fireEvent.change(dialog.getByLabelText('Amount to give back'), { target: { value: '12001' } });
    fireEvent.change(dialog.getByLabelText('Why?'), { target: { value: 'x' } });
    fireEvent.change(dialog.getByLabelText(/PIN/), { target: { value: fakeManagerPin } });
    fireEvent.click(dialog.getByRole('button', { name: 'Refund' }));
    expect(await screen.findByText('Type an amount up to ₩12,000.')).toBeTruthy();
    expect(screen.station.done).toEqual(['chargeRequest']);
  });
});

it('an attendant sees a charge on its visit, with nothing to tap', async () => {
  const [charged] = chargedLot([car], Date.now());
  if (charged === undefined) throw new Error('no visit was charged');
  const screen = openKiosk({ visits: [charged], signedIn: false });
  const attendant = people.find((person) => person.role === 'attendant');
  if (attendant === undefined) throw new Error('no attendant on the fake lot');
  screen.kiosk.session.signedIn(attendant, 'fake');
  expect((await screen.findByTestId('charge-line')).textContent).toContain('Partly refunded');
  fireEvent.click(await screen.findByRole('button', { name: 'Details of the car ending 7890' }));
  await screen.findByTestId('charge-outcome');
  expect(screen.queryByRole('button', { name: 'Refund…' })).toBeNull();
});

it('an attendant has no entry for charges', async () => {
  const screen = openKiosk({ visits: [car], signedIn: false });
  const attendant = people.find((person) => person.role === 'attendant');
  if (attendant === undefined) throw new Error('no attendant on the fake lot');
  screen.kiosk.session.signedIn(attendant, 'fake');
  const navigation = await screen.findByRole('navigation');
  expect(within(navigation).queryByRole('button', { name: 'Charge' })).toBeNull();
});
