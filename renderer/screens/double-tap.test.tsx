// @vitest-environment happy-dom
/**
 * A gloved finger taps twice. What is marked is sent once: a second tap within the same frame is the same tap, and so
 * is one that comes while the station has not answered yet. Counted where the station takes commands, before it
 * recognises a command that it has already carried out.
 */
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Role, VisitView } from '../../shared/station-contract/index.ts';
import { fakeCharge } from '../dev/fake-charges.ts';
import { fakePickup, fakeRefuel, fakeVisit, people } from '../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

type Screen = ReturnType<typeof openKiosk>;

interface Job {
  what: string;
  /** As the fake station calls it. */
  command: string;
  role: Role;
  visits?: () => VisitView[];
  /** Everything before the tap that counts; gives the button, each time anew. */
  reach(screen: Screen): Promise<() => HTMLElement | null>;
}

const nowMs = Date.now();
const order = () => [fakeVisit(nowMs, { plateTail: '3456', laneId: 'bay-2', pickup: fakePickup('A17') })];
const car = fakeVisit(nowMs, { plateTail: '7890', laneId: 'pump-4' });

const tap = async (screen: Screen, name: string | RegExp) =>
  fireEvent.click(await screen.findByRole('button', { name }));
async function rail(screen: Screen, name: string) {
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name }));
}
/** A button of the dialog that is open, or of the screen. */
const button = (screen: Screen, name: string | RegExp) => () => {
  const dialog = screen.queryByRole('dialog');
  return (dialog === null ? screen : within(dialog)).queryByRole('button', { name });
};

const jobs: Job[] = [
  {
    what: 'a hand-over',
    command: 'handOver',
    role: 'cashier',
    visits: order,
    reach: async (screen) => {
      await screen.findByRole('button', { name: 'Hand over' });
      return button(screen, 'Hand over');
    },
  },
  {
    what: 'an undo',
    command: 'undoHandOver',
    role: 'cashier',
    visits: order,
    reach: async (screen) => {
      await tap(screen, 'Hand over');
      await screen.findByRole('button', { name: /^Undo/ });
      return button(screen, /^Undo/);
    },
  },
  {
    what: 'an item that is not available',
    command: 'markItemUnavailable',
    role: 'cashier',
    visits: order,
    reach: async (screen) => {
      await tap(screen, 'Details of the car ending 3456');
      await tap(screen, 'Mark unavailable: Iced americano');
      await screen.findByRole('dialog');
      return button(screen, 'Mark unavailable');
    },
  },
  {
    what: 'a refund',
    command: 'chargeRefund',
    role: 'manager',
    visits: () => [{ ...car, charges: [fakeCharge(nowMs, { visitId: car.visitId })] }],
    reach: async (screen) => {
      await tap(screen, 'Details of the car ending 7890');
      await tap(screen, 'Refund…');
      const dialog = within(await screen.findByRole('dialog'));
      fireEvent.change(dialog.getByLabelText('Why?'), { target: { value: 'Wrong item' } });
      return button(screen, 'Refund');
    },
  },
  {
    what: 'a cart’s checkout',
    command: 'cartCheckOut',
    role: 'cashier',
    reach: async (screen) => {
      await rail(screen, 'Carts');
      const tiles = await screen.findAllByTestId('cart');
      const full = tiles.find((tile) => tile.dataset.cart === '1');
      if (full === undefined) throw new Error('the full cart is not in use');
      fireEvent.click(full);
      return button(screen, /^Check out/);
    },
  },
  {
    what: 'a payment that was settled otherwise',
    command: 'settleOtherwise',
    role: 'manager',
    visits: () => [{ ...car, refuel: fakeRefuel(nowMs, { state: 'declined' }) }],
    reach: async (screen) => {
      await tap(screen, 'Details of the car ending 7890');
      await tap(screen, 'Settle otherwise');
      const dialog = within(await screen.findByRole('dialog'));
      fireEvent.click(dialog.getByRole('button', { name: 'Cash' }));
      fireEvent.change(dialog.getByLabelText('Why not by phone?'), {
        target: { value: 'declined on the phone' },
      });
      return button(screen, 'Settled');
    },
  },
  {
    what: 'a shift’s close',
    command: 'closeShift',
    role: 'cashier',
    reach: async (screen) => {
      await rail(screen, 'Daily log');
      await tap(screen, 'Open a shift');
      const opening = within(await screen.findByRole('dialog'));
      fireEvent.click(opening.getByRole('button', { name: 'Open a shift' }));
      await tap(screen, 'Close the shift');
      const closing = within(await screen.findByRole('dialog'));
      fireEvent.change(closing.getByLabelText('Cash counted'), { target: { value: '0' } });
      return button(screen, 'Close the shift');
    },
  },
];

describe('tapped again within the frame and again before the answer', () => {
  it.each(jobs)('$what is sent once', async ({ command, role, visits, reach }) => {
    const screen = openKiosk({ visits: visits?.(), signedIn: false });
    const person = people.find((one) => one.role === role);
    if (person === undefined) throw new Error(`no ${role} on the fake lot`);
    screen.station.serves(person);
    screen.kiosk.session.signedIn(person, 'fake');
    const find = await reach(screen);

    const taken: string[] = [];
    const carryOut = screen.station.once.bind(screen.station);
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    vi.spyOn(screen.station, 'once').mockImplementation(async (name, key, work) => {
      taken.push(name);
      await held;
      return carryOut(name, key, work);
    });

    const first = find();
    if (first === null) throw new Error('there is nothing to tap');
    fireEvent.click(first);
    fireEvent.click(first);
    await waitFor(() => expect(taken).toEqual([command]));
    // Nothing is answered, so it is still there under the finger, perhaps saying by now that it is at work.
    expect(first.isConnected).toBe(true);
    fireEvent.click(first);
    const before = screen.station.done.length;
    answer();
    await waitFor(() => expect(screen.station.done.slice(before)).toEqual([command]));
    await waitFor(() => expect(first.isConnected && find() === first).toBe(false));
    expect(taken).toEqual([command]);
  });
});
