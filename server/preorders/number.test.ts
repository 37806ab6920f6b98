import { describe, expect, it } from 'vitest';
import { preorderNumber } from './index.ts';

describe('a preorder’s number', () => {
  it('is a letter and two digits, and begins again after Z99', () => {
    expect([0, 17, 99, 100, 2599, 2600].map(preorderNumber)).toEqual([
      'A00',
      'A17',
      'A99',
      'B00',
      'Z99',
      'A00',
    ]);
  });
});
