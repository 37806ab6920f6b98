// @vitest-environment happy-dom
import { fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { fakePickup, fakeVisit } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

afterEach(closeKiosks);

const nowMs = Date.now();
const pickup = (changes = {}) =>
  fakeVisit(nowMs, { plateTail: '3456', laneId: 'bay-2', pickup: fakePickup('A17', changes) });

const cardOf = (screen: ReturnType<typeof openKiosk>, tail: string) =>
  waitFor(() => {
    const card = screen.container.querySelector<HTMLElement>(`[data-plate-tail="${tail}"]`);
    if (card === null) throw new Error(`no card for ${tail}`);
    return card;
  });

describe('the arrivals board', () => {
  it('shows the lane, the last four digits and what is to be handed over', async () => {
    const screen = openKiosk({ visits: [pickup()] });
    const card = await cardOf(screen, '3456');
    expect(card.textContent).toContain('Bay 2');
    expect(card.textContent).toContain('#A17 · 3 items');
    expect(card.textContent).toContain('₩18,500');
    expect(card.dataset.pickupState).toBe('ready');
  });

  it('hands over with one tap and takes it back while there is time', async () => {
    const screen = openKiosk({ visits: [pickup()] });
    const card = await cardOf(screen, '3456');
    fireEvent.click(within(card).getByRole('button', { name: 'Hand over' }));
    const undo = await screen.findByRole('button', { name: /Undo/ });
    expect(card.dataset.pickupState).toBe('handed-over');
    fireEvent.click(undo);
    await waitFor(() => expect(card.dataset.pickupState).toBe('ready'));
    expect(screen.station.done).toEqual(['handOver', 'undoHandOver']);
  });

  it('says what was handed over in the language that was switched to meanwhile', async () => {
    const screen = openKiosk({ visits: [pickup()] });
    const card = await cardOf(screen, '3456');
    fireEvent.click(within(card).getByRole('button', { name: 'Hand over' }));
    await screen.findByText('Order A17 handed over.');
    const [korean] = screen.getAllByRole('button', { name: '한국어' });
    if (korean === undefined) throw new Error('no language switch');
    fireEvent.click(korean);
    await screen.findByText('A17 주문을 전달했습니다.');
    expect(screen.queryByText('Order A17 handed over.')).toBeNull();
  });

  it('says that an action which has just become another one takes no taps yet', async () => {
    const screen = openKiosk({ visits: [pickup({ state: 'preparing' })] });
    const card = await cardOf(screen, '3456');
    const changes: (string | null)[] = [];
    new MutationObserver(() => {
      const button = within(card).queryByRole('button', { name: 'Hand over' });
      if (button) changes.push(button.getAttribute('aria-disabled'));
    }).observe(card, { subtree: true, childList: true, attributes: true, characterData: true });
    fireEvent.click(within(card).getByRole('button', { name: 'Mark ready' }));
    await within(card).findByRole('button', { name: 'Hand over' });
    await waitFor(() => expect(changes.at(-1)).toBeNull());
    expect(changes[0]).toBe('true');
  });

  it('hands over once, however often the button is tapped', async () => {
    const screen = openKiosk({ visits: [pickup()] });
    const card = await cardOf(screen, '3456');
    const button = within(card).getByRole('button', { name: 'Hand over' });
    for (let i = 0; i < 5; i += 1) fireEvent.click(button);
    await screen.findByRole('button', { name: /Undo/ });
    expect(screen.station.done).toEqual(['handOver']);
  });

  it('asks for the plate digits when the code can be copied, and refuses the wrong ones', async () => {
    const screen = openKiosk({ visits: [pickup({ check: { kind: 'plate-digits' } })] });
    const card = await cardOf(screen, '3456');
    fireEvent.click(within(card).getByRole('button', { name: 'Hand over' }));
    const dialog = await screen.findByRole('dialog');
    for (const key of '1111') fireEvent.keyDown(window, { key });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Hand over' }));
    expect(await screen.findByText(/That does not match/)).toBeTruthy();
    expect(screen.station.done).toEqual([]);
    for (const key of '3456') fireEvent.keyDown(window, { key });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Hand over' }));
    await waitFor(() => expect(card.dataset.pickupState).toBe('handed-over'));
  });

  it('keeps the digits that are typed while the wrong ones are still being checked', async () => {
    const screen = openKiosk({ visits: [pickup({ check: { kind: 'plate-digits' } })] });
    const card = await cardOf(screen, '3456');
    fireEvent.click(within(card).getByRole('button', { name: 'Hand over' }));
    const dialog = await screen.findByRole('dialog');
    for (const key of '1111') fireEvent.keyDown(window, { key });
    const submit = within(dialog).getByRole('button', { name: 'Hand over' });
    fireEvent.click(submit);
    // The station has not answered yet: these are the next try, and neither lost nor added to the first.
    for (const key of '3456') fireEvent.keyDown(window, { key });
    fireEvent.click(submit);
    expect(await screen.findByText(/That does not match/)).toBeTruthy();
    expect(within(dialog).getByRole('img').getAttribute('aria-label')).toMatch(/3 4 5 6$/);
    expect(screen.station.done).toEqual([]);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Hand over' }));
    await waitFor(() => expect(card.dataset.pickupState).toBe('handed-over'));
    expect(screen.station.done).toEqual(['handOver']);
  });

  it('asks for the number of the order where that is to be checked, and the plate does not pass for it', async () => {
    const screen = openKiosk({ visits: [pickup({ number: 'A17', check: { kind: 'pickup-number' } })] });
    const card = await cardOf(screen, '3456');
    fireEvent.click(within(card).getByRole('button', { name: 'Hand over' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText(/Ask the driver for the pickup number/)).toBeTruthy();
    for (const key of '34') fireEvent.keyDown(window, { key });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Hand over' }));
    expect(await screen.findByText(/That does not match/)).toBeTruthy();
    for (const key of '17') fireEvent.keyDown(window, { key });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Hand over' }));
    await waitFor(() => expect(card.dataset.pickupState).toBe('handed-over'));
  });

  it('says that nothing was changed when the station is away, and that it is being looked for', async () => {
    const screen = openKiosk({ visits: [pickup()] });
    const card = await cardOf(screen, '3456');
    screen.station.cut();
    expect(await screen.findByTestId('banner-station')).toBeTruthy();
    fireEvent.click(within(card).getByRole('button', { name: 'Hand over' }));
    expect(await screen.findByText(/Nothing was changed\. Tap again when it is back\./)).toBeTruthy();
    screen.station.mend();
    await waitFor(() => expect(screen.queryByTestId('banner-station')).toBeNull(), { timeout: 5_000 });
    expect(card.dataset.pickupState).toBe('ready');
  });

  it('goes on with the cars that came while it was away', async () => {
    const coming = fakeVisit(nowMs, { plateTail: '8807', presence: 'approaching', arrivedAtMs: null });
    const screen = openKiosk({ visits: [coming] });
    expect((await cardOf(screen, '8807')).dataset.presence).toBe('approaching');
    screen.station.cut();
    await screen.findByTestId('banner-station');
    screen.station.arrives('8807', 'bay-1');
    screen.station.mend();
    await waitFor(
      () =>
        expect(
          screen.container.querySelector('[data-plate-tail="8807"]')?.getAttribute('data-presence'),
        ).toBe('arrived'),
      { timeout: 5_000 },
    );
  });

  it('tells a screen reader who arrived and where', async () => {
    const coming = fakeVisit(nowMs, { plateTail: '8807', presence: 'approaching', arrivedAtMs: null });
    const screen = openKiosk({ visits: [coming] });
    await cardOf(screen, '8807');
    screen.station.arrives('8807', 'bay-1');
    expect(await screen.findByText('Arrived at Bay 1: plate ending 8807')).toBeTruthy();
  });

  it('speaks Korean naturally', async () => {
    const screen = openKiosk({ visits: [pickup()], locale: 'ko' });
    const card = await cardOf(screen, '3456');
    expect(card.textContent).toContain('2번 픽업');
    expect(within(card).getByRole('button', { name: '상품 전달' })).toBeTruthy();
  });
});
