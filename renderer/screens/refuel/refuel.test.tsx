// @vitest-environment happy-dom
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeVisit } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

const nowMs = Date.now();
const car = fakeVisit(nowMs, {
  plateTail: '7890',
  laneId: 'pump-4',
  mayRefuel: true,
  vehicle: { model: 'Sonata', color: 'grey', fuel: 'diesel' },
});

async function atTheKeypad() {
  const screen = openKiosk({ visits: [car] });
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: 'Refuel' }));
  await screen.findByText('Type at least two digits.');
  return screen;
}

const type = (keys: string) => {
  for (const key of keys) fireEvent.keyDown(window, { key });
};

describe('refueling', () => {
  it('goes from four digits to the driver’s approval', async () => {
    const screen = await atTheKeypad();
    type('7890');
    await screen.findByTestId('refuel-car');
    fireEvent.click(screen.getByRole('button', { name: /Pump 4/ }));
    fireEvent.click(screen.getByRole('button', { name: /^Diesel/ }));
    fireEvent.change(screen.getByLabelText('Amount'), { target: { value: '64988' } });
    expect((screen.getByLabelText('Volume') as HTMLInputElement).value).toBe('42.365');
    fireEvent.click(screen.getByRole('button', { name: 'Complete · ask the driver for ₩64,988' }));
    const outcome = await screen.findByTestId('refuel-outcome');
    expect(outcome.dataset.refuelState).toBe('awaiting-approval');
    expect(screen.station.done).toEqual(['start', 'complete']);
  });

  it('lets a person choose when fewer than four digits are typed', async () => {
    const screen = await atTheKeypad();
    type('78');
    expect(await screen.findByTestId('refuel-candidate')).toBeTruthy();
    expect(screen.queryByTestId('refuel-car')).toBeNull();
  });

  it('says what is missing instead of completing', async () => {
    const screen = await atTheKeypad();
    type('7890');
    await screen.findByTestId('refuel-car');
    fireEvent.click(screen.getByRole('button', { name: 'Complete' }));
    expect(await screen.findByText('Type the volume or the amount from the pump.')).toBeTruthy();
    expect(screen.station.done).toEqual([]);
  });

  it('warns loudly of the wrong fuel and completes only after two confirmations', async () => {
    const screen = await atTheKeypad();
    type('7890');
    await screen.findByTestId('refuel-car');
    fireEvent.click(screen.getByRole('button', { name: /^Gasoline/ }));
    expect(await screen.findByText('WRONG FUEL?')).toBeTruthy();
    type('50000');
    fireEvent.click(screen.getByRole('button', { name: /^Complete/ }));
    fireEvent.click(await screen.findByRole('button', { name: 'Yes, Gasoline is in the tank' }));
    expect(screen.station.done).toEqual([]);
    fireEvent.click(await screen.findByRole('button', { name: 'I have told the driver' }));
    await screen.findByTestId('refuel-outcome');
    const kept = [...screen.station.visits.values()][0]?.refuel;
    expect(kept).toMatchObject({ fuelMismatchConfirmed: true, amount: { amountMinor: 50_000 } });
  });

  it('follows the payment to its end and offers the next step', async () => {
    const screen = await atTheKeypad();
    type('7890');
    await screen.findByTestId('refuel-car');
    type('30000');
    fireEvent.click(await screen.findByRole('button', { name: /^Complete/ }));
    await screen.findByText('Waiting for approval');
    const [visit] = [...screen.station.visits.values()];
    if (!visit?.refuel) throw new Error('the refuel was not kept');
    screen.station.put({ ...visit, refuel: { ...visit.refuel, state: 'declined' } });
    fireEvent.click(await screen.findByRole('button', { name: 'Ask again' }));
    await screen.findByText('Waiting for approval');
    screen.station.put({ ...visit, refuel: { ...visit.refuel, state: 'paid' } });
    expect(await screen.findByText('The car may leave.')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Next car' }));
    await waitFor(() => expect(screen.queryByTestId('refuel-outcome')).toBeNull());
  });

  it('asks about an amount above what was reserved meanwhile, and completes it all the same when told so', async () => {
    const screen = await atTheKeypad();
    type('7890');
    await screen.findByTestId('refuel-car');
    fireEvent.click(screen.getByRole('button', { name: /Pump 4/ }));
    fireEvent.click(screen.getByRole('button', { name: /^Diesel/ }));
    // The driver reserved, and this kiosk has not heard of it yet.
    const maximum = { amountMinor: 50_000, currency: 'KRW' };
    const reservation = { paymentRequestId: car.visitId, maximum, state: 'held' as const };
    screen.station.visits.set(car.visitId, { ...car, reservation });
    type('60000');
    fireEvent.click(await screen.findByRole('button', { name: /^Complete/ }));
    const all = 'Complete all the same: ask the driver for the exact amount';
    fireEvent.click(await screen.findByRole('button', { name: all }));
    const outcome = await screen.findByTestId('refuel-outcome');
    expect(outcome.dataset.refuelState).toBe('awaiting-approval');
    expect(screen.station.done).toEqual(['start', 'complete']);
  });
});
