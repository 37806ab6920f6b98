/** Comma-separated values as RFC 4180 has them, for spreadsheets. */

/**
 * UTF-8 with a byte order mark, without which Excel reads Korean as Latin letters; lines end with CR LF.
 * A text that a spreadsheet would take for a formula is led by an apostrophe (OWASP, CSV injection).
 */
export function csvOf(rows: readonly (readonly (string | number | null)[])[]): string {
  return `\uFEFF${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^\s*[=+\-@\t\r\n＝＋－＠]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
