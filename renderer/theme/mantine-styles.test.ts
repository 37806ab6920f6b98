import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const renderer = join(import.meta.dirname, '..');
const styleOf = (name: string) =>
  join(renderer, `../node_modules/@mantine/core/styles/${name.replace(/^type /, '')}.css`);

it('every Mantine component that is used has its styles', () => {
  const used = new Set<string>();
  for (const file of readdirSync(renderer, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.tsx')) continue;
    const text = readFileSync(join(renderer, file), 'utf8');
    for (const [, names = ''] of text.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g))
      for (const name of names.split(',')) used.add(name.trim());
  }
  const list = readFileSync(join(import.meta.dirname, 'mantine-styles.ts'), 'utf8');
  const withStyles = [...used].filter((name) => existsSync(styleOf(name)));
  expect(withStyles).toContain('Menu');
  expect(withStyles.filter((name) => !list.includes(`styles/${name}.css`))).toEqual([]);
});
