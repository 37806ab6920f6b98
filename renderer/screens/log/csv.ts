/** Comma-separated values as RFC 4180 has them, for spreadsheets. */

export type Cell = string | number | null;

/**
 * Lines that end with CR LF. A file of them begins with a byte order mark (U+FEFF), without which Excel reads
 * Korean as Latin letters.
 *
 * A text that a spreadsheet would take for a formula is led by an apostrophe (OWASP, CSV injection). One of digits
 * that it would take for another value (0012 for 12, 1E10 for a power of ten, 3-4 for a day) is written as ="0012":
 * the one form that Excel and LibreOffice keep as it is.
 */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (/^(0\d+|\d{12,}|\d+E\d+|\d{1,4}([-/.]\d{1,4}){1,2})$/i.test(value)) return `"=""${value}"""`;
  const text = /^\s*[=+\-@\t\r\n＝＋－＠]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
