// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Segmented } from './segmented.tsx';

const parts = ['Receivers', 'Lanes', 'Walk test', 'Server'] as const;

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** A row that shows 300 px of so many, from so many on. */
function aRow(widthPx: number) {
  render(
    <Segmented
      label="Setup"
      value={parts[0] as (typeof parts)[number]}
      onChange={() => {}}
      segments={parts.map((value) => ({ value, label: value }))}
    />,
  );
  const row = screen.getByRole('group', { name: 'Setup' });
  Object.defineProperty(row, 'clientWidth', { value: 300 });
  Object.defineProperty(row, 'scrollWidth', { value: widthPx });
  const scrollTo = (px: number) => {
    row.scrollLeft = px;
    act(() => void fireEvent.scroll(row));
  };
  const edges = () => [...row.querySelectorAll<HTMLElement>('[data-more]')].map((edge) => edge.dataset.side);
  return { scrollTo, edges };
}

it('a row of more than fits says on which side there is more', () => {
  const { scrollTo, edges } = aRow(700);
  scrollTo(0);
  expect(edges()).toEqual(['after']);
  scrollTo(200);
  expect(edges()).toEqual(['before', 'after']);
  scrollTo(400);
  expect(edges()).toEqual(['before']);
});

it('a row that fits says nothing of the kind', () => {
  const { scrollTo, edges } = aRow(300);
  scrollTo(0);
  expect(edges()).toEqual([]);
});
