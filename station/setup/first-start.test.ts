import { describe, expect, it } from 'vitest';
import { isTooSimple } from '../staff/index.ts';
import { randomPin } from './first-start.ts';

describe('the PIN that a first manager gets', () => {
  it.each(['135135', '131313', '024680', '975319'])('is drawn again where chance gave %s', (simple) => {
    const drawn = [...`${simple}482937`].map(Number);
    expect(randomPin(() => drawn.shift() ?? 0)).toBe('482937');
  });

  it('is never one that a new station would refuse', () => {
    // One in three hundred was, of those with no two neighbours alike.
    for (let n = 0; n < 3_000; n++) expect(isTooSimple(randomPin())).toBe(false);
  });
});
