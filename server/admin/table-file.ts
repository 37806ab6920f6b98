/**
 * Lists that people keep in files (menus, goods): JSON or CSV by the name's ending, checked whole before
 * anything is changed. Every fault is named with its line and column, not only the first.
 */
import type * as z from 'zod';
import { formatCsv, parseCsv } from './csv.ts';

export interface TableShape<T> {
  row: z.ZodType<T>;
  /** How a CSV column becomes a field of the row; an empty one is left out, or null where it is `nullable`. */
  columns: readonly { name: string; kind: 'text' | 'number' | 'list'; nullable?: boolean }[];
}

/** What is wrong with a file. Nothing was changed. */
export class FileFaults extends Error {
  override readonly name = 'FileFaults';
  readonly faults: string[];

  constructor(faults: string[]) {
    const shown = faults.slice(0, 20);
    const more = faults.length > shown.length ? [`… and ${faults.length - shown.length} more`] : [];
    super(`The file was not taken over; nothing was changed.\n  ${[...shown, ...more].join('\n  ')}`);
    this.faults = faults;
  }
}

/** In a CSV field between one option and the next. */
const listSeparator = '|';

/** @throws FileFaults */
export function readTable<T>(fileName: string, text: string, shape: TableShape<T>): T[] {
  const rows = fileName.toLowerCase().endsWith('.csv') ? csvRows(text, shape) : jsonRows(text);
  const faults: string[] = [];
  const read = rows.flatMap(({ where, value }) => {
    const parsed = shape.row.safeParse(value);
    if (parsed.success) return [parsed.data];
    for (const issue of parsed.error.issues) {
      faults.push(`${where}${issue.path.length === 0 ? '' : `, ${issue.path.join('.')}`}: ${issue.message}`);
    }
    return [];
  });
  if (faults.length > 0) throw new FileFaults(faults);
  return read;
}

function jsonRows(text: string): { where: string; value: unknown }[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new FileFaults([`not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  if (!Array.isArray(parsed)) throw new FileFaults(['a list is wanted: [{…}, {…}]']);
  return parsed.map((value: unknown, index) => ({ where: `item ${index + 1}`, value }));
}

function csvRows<T>(text: string, shape: TableShape<T>): { where: string; value: unknown }[] {
  let rows: ReturnType<typeof parseCsv>;
  try {
    rows = parseCsv(text);
  } catch (error) {
    throw new FileFaults([error instanceof Error ? error.message : String(error)]);
  }
  const [head, ...body] = rows;
  const names = head?.fields.map((name) => name.trim()) ?? [];
  const known = shape.columns.map((column) => column.name);
  const faults = [
    ...known.filter((name) => !names.includes(name)).map((name) => `line 1: the column ${name} is missing`),
    ...names.filter((name) => !known.includes(name)).map((name) => `line 1: there is no column ${name}`),
    ...body
      .filter(({ fields }) => fields.length !== names.length)
      .map(({ line, fields }) => `line ${line}: ${fields.length} fields, ${names.length} are wanted`),
  ];
  if (faults.length > 0) throw new FileFaults(faults);
  return body.map(({ line, fields }) => {
    const value: Record<string, unknown> = {};
    for (const column of shape.columns) {
      const field = (fields[names.indexOf(column.name)] ?? '').trim();
      if (column.kind === 'list') {
        value[column.name] = field === '' ? [] : field.split(listSeparator).map((part) => part.trim());
      } else if (field === '') {
        if (column.nullable === true) value[column.name] = null;
      } else {
        // What is no number stays text, so that the fault names what was written.
        value[column.name] = column.kind === 'number' && /^-?[0-9]+$/.test(field) ? Number(field) : field;
      }
    }
    return { where: `line ${line}`, value };
  });
}

export function writeTable<T extends object>(
  format: 'json' | 'csv',
  rows: readonly T[],
  shape: TableShape<T>,
): string {
  if (format === 'json') return `${JSON.stringify(rows, null, 2)}\n`;
  const field = (row: T, name: string): string => {
    const value: unknown = Object.entries(row).find(([key]) => key === name)?.[1];
    if (Array.isArray(value)) return value.join(` ${listSeparator} `);
    return value === null || value === undefined ? '' : String(value);
  };
  return formatCsv([
    shape.columns.map((column) => column.name),
    ...rows.map((row) => shape.columns.map((column) => field(row, column.name))),
  ]);
}
