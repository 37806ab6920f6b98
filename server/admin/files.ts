/** Files that commands read and write. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type AdminOptions, WrongCommand } from './options.ts';

/** Into `--file`, or said as it is. */
export async function exportedText(
  options: AdminOptions,
  write: (format: 'json' | 'csv') => Promise<string>,
): Promise<{ text: string } | { written: string }> {
  const file = options.text('file');
  const byName = file?.toLowerCase().endsWith('.csv') ? 'csv' : 'json';
  const text = await write(options.oneOf('format', ['json', 'csv']) ?? byName);
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
