import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { formatCsv, parseCsv } from './csv.ts';
import { FileFaults, readTable, type TableShape, writeTable } from './table-file.ts';

const shape: TableShape<{
  id?: string;
  name: string;
  nameKo: string | null;
  price: number;
  options: string[];
}> = {
  row: z
    .object({
      id: z.string().optional(),
      name: z.string().min(1),
      nameKo: z.string().nullable(),
      price: z.number().int().min(0),
      options: z.array(z.string()),
    })
    .strict(),
  columns: [
    { name: 'id', kind: 'text' },
    { name: 'name', kind: 'text' },
    { name: 'nameKo', kind: 'text', nullable: true },
    { name: 'price', kind: 'number' },
    { name: 'options', kind: 'list' },
  ],
};

function faultsOf(fileName: string, text: string): string[] {
  try {
    readTable(fileName, text, shape);
  } catch (error) {
    if (error instanceof FileFaults) return error.faults;
    throw error;
  }
  return [];
}

describe('a list that people keep in a file', () => {
  it('is read from CSV as a spreadsheet writes it, Korean, quotes, line breaks and a byte order mark included', () => {
    const text =
      '\uFEFFname,price,options,nameKo,id\r\n"Toast, ""crispy""",5900,No sauce | Extra egg,토스트,a\r\n\r\n"Two\nlines",0,,,\r\n';
    expect(readTable('menu.CSV', text, shape)).toEqual([
      { id: 'a', name: 'Toast, "crispy"', nameKo: '토스트', price: 5900, options: ['No sauce', 'Extra egg'] },
      { name: 'Two\nlines', nameKo: null, price: 0, options: [] },
    ]);
  });

  it('names every fault with its line and its column', () => {
    const text = 'id,name,nameKo,price,options\n,,,45.5,\n,Tea,,-1,\n,Milk,,100,\n';
    const faults = faultsOf('menu.csv', text);
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      'line 2, name',
      'line 2, price',
      'line 3, price',
    ]);
    expect(faultsOf('menu.csv', 'id,name,nameKo,options,colour\n')).toEqual([
      'line 1: the column price is missing',
      'line 1: there is no column colour',
    ]);
    expect(faultsOf('menu.csv', 'id,name,nameKo,price,options\n1,2\n')).toEqual([
      'line 2: 2 fields, 5 are wanted',
    ]);
    expect(faultsOf('menu.csv', 'id,"name')[0]).toContain('line 1: a quoted field never ends');
    expect(faultsOf('menu.json', '{')[0]).toContain('not JSON');
    expect(faultsOf('menu.json', '{}')).toEqual(['a list is wanted: [{…}, {…}]']);
    expect(
      faultsOf('menu.json', '[{"name":"x","nameKo":null,"price":1,"options":[],"prize":1}]'),
    ).toHaveLength(1);
  });

  it('written and read again is the same, as CSV and as JSON, whatever it holds', () => {
    const word = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((s) => s.trim() === s);
    const row = fc.record({
      name: word,
      nameKo: fc.option(word),
      price: fc.nat(1_000_000),
      options: fc.array(
        word.filter((s) => !s.includes('|')),
        { maxLength: 3 },
      ),
    });
    void fc.assert(
      fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
        for (const format of ['csv', 'json'] as const) {
          expect(readTable(`x.${format}`, writeTable(format, rows, shape), shape)).toEqual(rows);
        }
      }),
      { seed: 20261121 },
    );
    void fc.assert(
      fc.property(
        fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 4 }), { maxLength: 5 }),
        (rows) => {
          const clean = rows.map((fields) => fields.map((f) => f.replace(/^\uFEFF/, '')));
          expect(parseCsv(formatCsv(clean)).map((r) => r.fields)).toEqual(clean);
        },
      ),
      { seed: 20261121 },
    );
  });
});
