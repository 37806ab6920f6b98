// @vitest-environment happy-dom
import { act, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakePickup, fakeVisit } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';

/** Says what is in sight when the test does. */
class Sight {
  static last: Sight | null = null;
  readonly watched = new Set<Element>();
  readonly #tell: IntersectionObserverCallback;

  constructor(tell: IntersectionObserverCallback) {
    this.#tell = tell;
    Sight.last = this;
  }

  observe(element: Element): void {
    this.watched.add(element);
  }

  unobserve(element: Element): void {
    this.watched.delete(element);
  }

  disconnect(): void {
    this.watched.clear();
  }

  says(target: Element, isIntersecting: boolean): void {
    const entry = { target, isIntersecting } as IntersectionObserverEntry;
    act(() => this.#tell([entry], this as unknown as IntersectionObserver));
  }
}
vi.stubGlobal('IntersectionObserver', Sight);

afterEach(closeKiosks);

const nowMs = Date.now();
const cars = Array.from({ length: 40 }, (_, n) =>
  fakeVisit(nowMs, {
    plateTail: String(1000 + n),
    arrivedAtMs: nowMs - 100_000 + n * 1000,
    pickup: fakePickup(`A${n}`),
  }),
);

describe('a card far down a long board', () => {
  it('can be opened and read, has its buttons once it was in sight, and ticks only while it is', async () => {
    const screen = openKiosk({ visits: cars });
    const far = await waitFor(() => {
      const card = screen.container.querySelector<HTMLElement>('[data-plate-tail="1039"]');
      if (card === null) throw new Error('no card');
      return card;
    });
    const handOver = () => within(far).queryByRole('button', { name: 'Hand over' });
    const timer = () => within(far).queryByTestId('wait-timer');
    expect(far.textContent).toContain('1039');
    expect(within(far).getByRole('button', { name: /1039/ })).toBeTruthy();
    expect([handOver(), timer()]).toEqual([null, null]);

    Sight.last?.says(far, true);
    expect(handOver()).toBeTruthy();
    expect(timer()).toBeTruthy();

    Sight.last?.says(far, false);
    expect(handOver()).toBeTruthy();
    expect(timer()).toBeNull();
  });

  it('is watched only as long as it is there', async () => {
    const screen = openKiosk({ visits: cars });
    await waitFor(() => expect(screen.container.querySelectorAll('[data-visit-id]')).toHaveLength(40));
    expect(Sight.last?.watched.size).toBe(40);
    screen.unmount();
    expect(Sight.last?.watched.size).toBe(0);
  });
});
