import { describe, expect, it } from 'vitest';
import { brokenLinks } from './doc-links.ts';

const files: Record<string, string> = {
  'docs/words.md': '# Words\n\n## What is heard, really?\n',
  docs: '',
};
const check = (text: string) =>
  brokenLinks(
    text,
    'docs/README.md',
    (target) => (target.startsWith('../') ? target.slice('../'.length) : `docs/${target}`),
    (path) => files[path] ?? null,
  );

describe('a link in a document', () => {
  it('is broken when its file is missing', () => {
    expect(check('[a](words.md) ![b](screens/none.png)')).toEqual([
      'screens/none.png: there is no docs/screens/none.png',
    ]);
  });

  it('is broken when the heading it names is missing', () => {
    expect(check('[a](words.md#what-is-heard-really)')).toEqual([]);
    expect(check('[a](words.md#what-is-seen)')).toHaveLength(1);
    expect(check('# Here\n[a](#here) [b](#there)')).toHaveLength(1);
  });

  it('may lead to a folder or into the web', () => {
    expect(check('[a](../docs) [b](https://example.org/none) [c](mailto:a@example.org)')).toEqual([]);
  });

  it('is not one inside code', () => {
    expect(check('`[a](none.md)`\n```\n[b](none.md)\n```\n')).toEqual([]);
  });

  it('must not lead out of the repository', () => {
    expect(
      brokenLinks(
        '[a](../../other.md)',
        'docs/README.md',
        () => '../other.md',
        () => 'text',
      ),
    ).toHaveLength(1);
  });
});
