/** Files that commands read and write. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type AdminOptions, WrongCommand } from './options.ts';

/** As `--format` says, else as the file's name ends. */
export function formatOf(options: AdminOptions): 'json' | 'csv' {
  const byName = options.text('file')?.toLowerCase().endsWith('.csv') ? 'csv' : 'json';
  return options.oneOf('format', ['json', 'csv']) ?? byName;
}

/** Into `--file`, or said as it is. */
export function saidOrWritten(options: AdminOptions, text: string): { text: string } | { written: string } {
  const file = options.text('file');
  if (file === undefined) return { text };
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new WrongCommand(`${file} cannot be written: ${error instanceof Error ? error.message : ''}`);
  }
  return { written: file };
}

export function fileText(options: AdminOptions): string {
  const file = options.needed('file');
  if (!/\.(json|csv)$/i.test(file)) throw new WrongCommand('--file ends in .json or .csv.');
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new WrongCommand(`${file} cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
}
