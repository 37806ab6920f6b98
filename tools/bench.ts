/**
 * npm run bench [-- --json] [-- NAME]: runs every tests/bench/*.bench.ts, one after the other.
 *
 * Each benchmark prints one JSON object per figure on a line of its own:
 *
 *   { "bench": "decode", "ours": 812000, "theirs": 120000, "ratio": 6.7, "unit": "reports/s",
 *     "goal": 5, "better": "more" }
 *
 * `goal` is what `ratio` (or, without one, `ours`) is held against. With `--json` these lines are passed on
 * as they are; without it a table says in words whether the goal was met. The exit code is 1 when a
 * benchmark broke, never because a machine is slow.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type Figure, isFigure, verdict } from './checks/figure.ts';
import { projectRoot } from './launch/child.ts';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});

/** @returns the figures of one benchmark, or null when it ended with an error. */
async function run(file: string): Promise<Figure[] | null> {
  const child = spawn(process.execPath, [join('tests/bench', file), '--json'], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(-1));
    child.once('close', (code) => resolve(code ?? -1));
  });
  const figures: Figure[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const figure = parse(line);
    if (figure === null) {
      process.stderr.write(`${line}\n`);
      continue;
    }
    figures.push(figure);
    if (flags.json) process.stdout.write(`${line}\n`);
  }
  return (await ended) === 0 ? figures : null;
}

function parse(line: string): Figure | null {
  if (!line.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return isFigure(value) ? value : null;
  } catch {
    return null;
  }
}

const files = readdirSync(join(projectRoot, 'tests/bench'))
  .filter((name) => name.endsWith('.bench.ts'))
  .filter((name) => positionals.length === 0 || positionals.some((wanted) => name.includes(wanted)))
  .toSorted();
if (files.length === 0) {
  process.stderr.write(`No benchmark matches "${positionals.join(' ')}".\n`);
  process.exit(1);
}

let broken = 0;
for (const file of files) {
  if (!flags.json) process.stdout.write(`\n${file}\n`);
  const figures = await run(file);
  if (figures === null || figures.length === 0) {
    broken++;
    process.stderr.write(`${file} gave no figures: it broke (see above).\n`);
    continue;
  }
  if (!flags.json) for (const figure of figures) process.stdout.write(`  ${verdict(figure)}\n`);
}
process.exit(broken === 0 ? 0 : 1);
