// @vitest-environment happy-dom
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakePickup, fakeVisit } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

const nowMs = Date.now();
const first = fakeVisit(nowMs, { plateTail: '3456', laneId: 'bay-2', pickup: fakePickup('A17') });
const second = fakeVisit(nowMs, { plateTail: '7890', laneId: 'bay-1', pickup: fakePickup('B42') });

/** As a scanner does: all within the same milliseconds. */
function scan(text: string, at: Element | Window = window): void {
  for (const key of text) fireEvent.keyDown(at, { key });
  fireEvent.keyDown(at, { key: 'Enter' });
}

async function atTheBoard(visits = [first, second]) {
  const screen = openKiosk({ visits });
  await waitFor(() => {
    if (screen.container.querySelector('[data-plate-tail="3456"]') === null) throw new Error('no board yet');
  });
  return screen;
}

describe('a pickup number that is scanned at the board', () => {
  it('opens the visit of that order, and hands nothing over', async () => {
    const screen = await atTheBoard();
    scan('B42');
    expect(await screen.findByRole('heading', { name: 'Order B42' })).toBeTruthy();
    expect(screen.station.done).toEqual([]);
    // The next bag is scanned while this one is looked at.
    scan('A17');
    expect(await screen.findByRole('heading', { name: 'Order A17' })).toBeTruthy();
  });

  it('does not press the button that has the focus with the scanner’s Enter', async () => {
    const screen = await atTheBoard();
    const [button] = screen.getAllByRole('button', { name: 'Hand over' });
    if (button === undefined) throw new Error('nothing to hand over');
    for (const key of 'B42') fireEvent.keyDown(button, { key });
    expect(fireEvent.keyDown(button, { key: 'Enter' }), 'Enter was left to the button').toBe(false);
    expect(fireEvent.keyDown(button, { key: 'Enter' }), 'a hand’s Enter is the button’s').toBe(true);
  });

  it('by a scanner as slow as a hand is taken where that order is on the board, and else left alone', async () => {
    const screen = await atTheBoard();
    const slowly = (text: string, fromMs: number) =>
      [...text, 'Enter'].map((key, place) => {
        const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
        Object.defineProperty(event, 'timeStamp', { value: fromMs + place * 120 });
        return fireEvent(window, event);
      });
    expect(slowly('C99', 10_000).at(-1), 'Enter was taken').toBe(true);
    expect(slowly('3456', 20_000).at(-1), 'plate digits were taken').toBe(true);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(slowly('B42', 30_000).at(-1)).toBe(false);
    expect(await screen.findByRole('heading', { name: 'Order B42' })).toBeTruthy();
  });

  it('that belongs to no car says so, and offers to check the car in', async () => {
    const screen = await atTheBoard();
    scan('Z99');
    expect(await screen.findByText(/No car of the last day answers to Z99/)).toBeTruthy();
    const dialog = screen.getByRole('dialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Check in by hand' }));
    expect(await screen.findByRole('textbox', { name: 'Plate' })).toBeTruthy();
  });

  it('while the station is away is kept in the question, which asks again', async () => {
    const screen = await atTheBoard();
    screen.station.cut();
    await screen.findByTestId('banner-station');
    scan('A17');
    const field = await screen.findByRole('textbox', { name: 'Plate digits or order number' });
    expect((field as HTMLInputElement).value).toBe('A17');
  });

  it('that was read in Korean input, with the question open, takes the place of what was typed', async () => {
    const screen = await atTheBoard();
    scan('Z99');
    const field = await screen.findByRole('textbox', { name: 'Plate digits or order number' });
    await screen.findByText(/No car of the last day answers to Z99/);
    fireEvent.keyDown(field, { key: 'ㅠ', code: 'KeyB' });
    scan('42', field);
    expect(await screen.findByRole('heading', { name: 'Order B42' })).toBeTruthy();
  });
});

describe('the search', () => {
  it('finds a car by the digits of its plate, and Enter opens the only one', async () => {
    const screen = await atTheBoard();
    fireEvent.keyDown(window, { key: 'f', ctrlKey: true });
    const field = await screen.findByRole('textbox', { name: 'Plate digits or order number' });
    fireEvent.change(field, { target: { value: '78' } });
    await screen.findByText('One found.');
    expect(screen.getAllByTestId('found-car')).toHaveLength(1);
    const form = field.closest('form');
    if (form === null) throw new Error('no form');
    fireEvent.submit(form);
    expect(await screen.findByRole('heading', { name: 'Order B42' })).toBeTruthy();
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
