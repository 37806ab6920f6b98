import { describe, expect, it } from 'vitest';
import { csvOf } from './csv.ts';

describe('the file for a spreadsheet', () => {
  it('begins with the mark by which Excel knows that Korean is Korean', () => {
    const bytes = new TextEncoder().encode(csvOf([['차량번호']]));
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });

  it('quotes what would break a cell, and ends every line with CR LF', () => {
    expect(csvOf([['a,b', 'say "hi"', 'two\nlines', null, 12]])).toBe(
      '\uFEFF"a,b","say ""hi""","two\nlines",,12\r\n',
    );
  });

  it('lets no text become a formula, and keeps a negative number a number', () => {
    expect(csvOf([['=1+1', '+82', '-x', '@SUM(A1)', ' =1', '\t=1', '＝1', -5]])).toBe(
      "\uFEFF'=1+1,'+82,'-x,'@SUM(A1),' =1,'\t=1,'＝1,-5\r\n",
    );
  });

  it('keeps the plate 0012 as it is typed', () => {
    expect(csvOf([['0012']])).toBe('\uFEFF0012\r\n');
  });
});
