// @vitest-environment happy-dom
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeLine } from '../../dev/fake-carts.ts';
import { fakeManagerPin } from '../../dev/fake-charges.ts';
import { people } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

async function atTheCarts(role: 'cashier' | 'attendant' | 'manager' = 'cashier', locale: 'en' | 'ko' = 'en') {
  const screen = openKiosk({ signedIn: false, locale });
  const person = people.find((one) => one.role === role);
  if (person === undefined) throw new Error(`no ${role} on the fake lot`);
  screen.station.serves(person);
  screen.kiosk.session.signedIn(person, 'fake');
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: locale === 'ko' ? '카트' : 'Carts' }));
  await screen.findAllByTestId('cart');
  const open = (number: number) => {
    const tile = screen.getAllByTestId('cart').find((one) => one.dataset.cart === String(number));
    if (tile === undefined) throw new Error(`cart ${number} is not in use`);
    fireEvent.click(tile);
    return screen.getByTestId('cart-panel');
  };
  const type = (digits: string) => {
    const dialog = within(screen.getByRole('dialog'));
    for (const digit of digits) fireEvent.click(dialog.getByRole('button', { name: digit }));
  };
  return { ...screen, open, type };
}

describe('the carts at the kiosk', () => {
  it('stand in the order in which they need a person, the free ones apart', async () => {
    const screen = await atTheCarts();
    const states = screen.getAllByTestId('cart').map((tile) => tile.dataset.state);
    expect(states).toEqual(['needs-attention', 'needs-attention', 'checking-out', 'in-use']);
    expect(screen.getAllByTestId('free-cart')).toHaveLength(2);
  });

  it('are followed as they fill, while one is open', async () => {
    const screen = await atTheCarts();
    const panel = screen.open(1);
    expect(panel.textContent).toContain('₩7,943');
    screen.station.carts.puts(1, fakeLine('Tofu', '두부', 2_000));
    await waitFor(() => expect(screen.getByTestId('cart-panel').textContent).toContain('₩9,943'));
  });

  it('what is not known gets its price on the keypad, for one piece; then the cart may be paid', async () => {
    const screen = await atTheCarts();
    const panel = screen.open(2);
    expect(panel.textContent).toContain('Unknown item8809999000011');
    expect(within(panel).queryByRole('button', { name: /^Check out/ })).toBeNull();
    fireEvent.click(within(panel).getByRole('button', { name: 'Set the price' }));
    const dialog = await screen.findByRole('dialog', { name: 'What does one cost?' });
    const submit = within(dialog).getByRole('button', { name: 'Set the price' });
    fireEvent.click(submit);
    expect(await within(dialog).findByText('A price is needed.')).toBeTruthy();
    screen.type('1250');
    expect(dialog.textContent).toContain('2× = ₩2,500');
    fireEvent.change(within(dialog).getByLabelText(/What is it\?/), { target: { value: 'Local honey' } });
    fireEvent.click(submit);
    fireEvent.click(submit);
    await waitFor(() => expect(screen.getByTestId('cart-panel').textContent).toContain('Local honey'));
    const priced = screen.getByTestId('cart-panel');
    expect(priced.textContent).toContain('priced by');
    expect(within(priced).getByTestId('cart-total').textContent).toBe('₩7,400');
    expect(within(priced).getByRole('button', { name: /^Check out/ })).toBeTruthy();
    expect(screen.station.done.filter((name) => name === 'cartPriceItem')).toHaveLength(1);
  });

  it('are checked out into the customer’s hands, or as a pickup that is brought to the car', async () => {
    const screen = await atTheCarts();
    const panel = screen.open(1);
    fireEvent.click(within(panel).getByText('To the car'));
    fireEvent.click(within(panel).getByRole('button', { name: /^Check out ₩7,943/ }));
    expect(await screen.findByText(/Then the goods go to the car as a pickup/)).toBeTruthy();
    const cart = screen.station.carts.carts.find((one) => one.number === 1);
    expect(cart).toMatchObject({ state: 'checking-out', trip: { asPickup: true } });
  });

  it('a paid one is given back in parts with a manager’s PIN beside the cashier', async () => {
    const screen = await atTheCarts();
    fireEvent.click(await screen.findByTestId('cart-payment'));
    const paid = await screen.findByRole('dialog', { name: 'Cart 3' });
    expect(paid.textContent).toContain('A pickup for the driver’s car.');
    fireEvent.click(within(paid).getByRole('button', { name: /^Refund/ }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Refund' }));
    fireEvent.change(dialog.getByLabelText('Amount to give back'), { target: { value: '3800' } });
    fireEvent.change(dialog.getByLabelText('Why?'), { target: { value: 'bread was stale' } });
    const pin = await dialog.findByLabelText(/PIN/);
    const submit = dialog.getByRole('button', { name: 'Refund' });
    fireEvent.change(pin, { target: { value: '9999' } });
    fireEvent.click(submit);
    expect(await screen.findByText(/PIN.*(wrong|not right)/i)).toBeTruthy();
    fireEvent.change(dialog.getByLabelText(/PIN/), { target: { value: fakeManagerPin } });
    fireEvent.click(submit);
    const back = await screen.findByTestId('cart-refund');
    expect(back.textContent).toContain('bread was stale');
    expect(back.textContent).toContain('₩3,800');
    expect(screen.station.carts.payments[0]?.refundable.amountMinor).toBe(7_400);
  });

  it('an attendant sees them and looks at them, but neither prices, nor checks out, nor gives money back', async () => {
    const screen = await atTheCarts('attendant');
    const unknown = screen.open(2);
    expect(within(unknown).getByRole('button', { name: 'Checked' })).toBeTruthy();
    expect(within(unknown).queryByRole('button', { name: 'Set the price' })).toBeNull();
    expect(within(screen.open(1)).queryByRole('button', { name: /^Check out/ })).toBeNull();
    expect(screen.queryByTestId('cart-payment')).toBeNull();
  });

  it('speak Korean', async () => {
    const screen = await atTheCarts('cashier', 'ko');
    const panel = screen.open(2);
    fireEvent.click(within(panel).getByRole('button', { name: '가격 입력' }));
    expect(await screen.findByRole('dialog', { name: '한 개에 얼마인가요?' })).toBeTruthy();
    expect(screen.getByText('오늘 계산한 카트')).toBeTruthy();
  });
});
