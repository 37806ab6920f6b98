import { describe, expect, it } from 'vitest';
import { steadyOrder } from './steady-order.ts';

describe('a board under a hand', () => {
  it('takes the wanted order when nobody is about to tap', () => {
    expect(steadyOrder(['a', 'b'], ['b', 'a'], false)).toEqual(['b', 'a']);
  });

  it('keeps known cards where they are and lets new ones join at the end', () => {
    expect(steadyOrder(['a', 'b'], ['new', 'b', 'a'], true)).toEqual(['a', 'b', 'new']);
  });

  it('lets a gone car leave all the same', () => {
    expect(steadyOrder(['a', 'b', 'c'], ['c', 'a'], true)).toEqual(['a', 'c']);
  });
});
