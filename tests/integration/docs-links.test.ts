/** A reader of the repository has no other source: every link in its documents must lead somewhere. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenLinks } from '../../tools/checks/doc-links.ts';
import { projectRoot } from '../../tools/launch/child.ts';

/** All Markdown files that are ours: in git, or about to be. */
const documents = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: projectRoot,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(projectRoot, path)));

describe('the documents', () => {
  it('are there: readme, contributing, changelog and the index of docs', () => {
    expect(documents).toEqual(
      expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/README.md']),
    );
  });

  it.each(documents)('%s links only to what exists', (document) => {
    const read = (path: string) => {
      const absolute = join(projectRoot, path);
      if (!existsSync(absolute)) return null;
      return statSync(absolute).isDirectory() ? '' : readFileSync(absolute, 'utf8');
    };
    const resolve = (target: string) => relative(projectRoot, join(projectRoot, dirname(document), target));
    expect(brokenLinks(read(document) ?? '', document, resolve, read)).toEqual([]);
  });

  it('are all to be found from the index of docs', () => {
    const index = readFileSync(join(projectRoot, 'docs/README.md'), 'utf8');
    const inDocs = documents.filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');
    expect(inDocs.filter((path) => !index.includes(`](${path.slice('docs/'.length)})`))).toEqual([]);
  });
});
