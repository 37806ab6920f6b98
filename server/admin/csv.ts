/** CSV as RFC 4180 has it: quoted fields, doubled quotes, CRLF or LF; a byte order mark (Excel's) is left out. */

export interface CsvRow {
  /** Of the file, from 1; where the row begins. */
  line: number;
  fields: string[];
}

/** @throws Error naming the line where a quoted field never ends */
export function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let fields: string[] = [];
  let field = '';
  let quotedFrom = 0;
  let line = 1;
  let rowLine = 1;
  const endRow = () => {
    fields.push(field);
    if (fields.length > 1 || field.trim() !== '') rows.push({ line: rowLine, fields });
    fields = [];
    field = '';
  };
  const body = text.replace(/^\uFEFF/, '');
  for (let at = 0; at < body.length; at++) {
    const character = body.charAt(at);
    if (character === '\n') line++;
    if (quotedFrom > 0) {
      if (character !== '"') field += character;
      else if (body.charAt(at + 1) === '"') {
        field += '"';
        at++;
      } else quotedFrom = 0;
    } else if (character === '"' && field === '') quotedFrom = line;
    else if (character === ',') {
      fields.push(field);
      field = '';
    } else if (character === '\n') {
      endRow();
      rowLine = line;
    } else if (character !== '\r') field += character;
  }
  if (quotedFrom > 0) throw new Error(`line ${quotedFrom}: a quoted field never ends`);
  endRow();
  return rows;
}

const quoted = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

export function formatCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
}
