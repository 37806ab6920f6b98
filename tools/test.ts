/**
 * npm test: everything that CI runs, in the order of what is quickest to fail.
 *
 *   node version → system packages → types → lint → arrows → file sizes
 *     → unit tests → build → integration tests (both vitest)
 *     → every screen's states → end-to-end tests (both Playwright)
 *
 * It stops at the first stage that fails and names it. The last line is `N passed, N failed, N skipped`,
 * summed from the runners' own reports. `npm test -- --only types,lint` runs some stages alone.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileSizeFaults } from './checks/file-sizes.ts';
import { makeScratchFolder } from './checks/scratch-folder.ts';
import { lateCode, oldestNodeMajor, runProgram } from './checks/stage.ts';
import {
  addTotals,
  closingLine,
  noTests,
  playwrightTotals,
  type Totals,
  vitestTotals,
} from './checks/totals.ts';
import { compileCache, projectRoot, quickPackages } from './launch/child.ts';
import { ensureSystemPackages } from './system-packages.ts';

interface StageResult {
  ok: boolean;
  /** A sentence or two on what happened, shown in the summary. */
  note?: string;
  totals?: Totals;
}

interface Stage {
  name: string;
  run(): StageResult | Promise<StageResult>;
}

const minuteMs = 60_000;
const scratch = makeScratchFolder();

/** A stage that is one program. */
const program = (name: string, ...commands: [string, ...string[]][]): Stage => ({
  name,
  async run() {
    for (const command of commands) {
      const code = await runProgram(command, { limitMs: 3 * minuteMs });
      if (code !== 0) return { ok: false, note: `${command.join(' ')} ended with ${code}` };
    }
    return { ok: true };
  },
});

/** The runners, their workers and every program that a test starts load their modules as `npm start` does. */
const quickStart = {
  NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import ${quickPackages}`.trim(),
  NODE_COMPILE_CACHE: compileCache,
};

/** A stage that counts tests from the runner's JSON report. */
const counted = (
  name: string,
  command: [string, ...string[]],
  reportFile: string,
  readTotals: (text: string) => Totals,
  limitMinutes: number,
  env: NodeJS.ProcessEnv = {},
): Stage => ({
  name,
  async run() {
    const code = await runProgram(command, {
      limitMs: limitMinutes * minuteMs,
      env: { ...env, ...quickStart, TMPDIR: scratch.path },
    });
    const totals = totalsFrom(reportFile, readTotals);
    const how = code === lateCode ? `was ended after ${limitMinutes} minutes` : `ended with ${code}`;
    const note = totals === null ? `${command[0]} ${how} and left no report` : closingLine(totals);
    return { ok: code === 0 && totals !== null && totals.failed === 0, note, totals: totals ?? noTests };
  },
});

function totalsFrom(file: string, read: (text: string) => Totals): Totals | null {
  try {
    return read(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** A stage of vitest, over the files that `selection` names. */
const vitest = (name: string, limitMinutes: number, ...selection: string[]): Stage => {
  const report = join(scratch.path, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return counted(name, ['vitest', 'run', ...reporters, ...selection], report, vitestTotals, limitMinutes);
};

/** A stage of Playwright, over the projects that `selection` names. */
const playwright = (name: string, limitMinutes: number, ...selection: string[]): Stage => {
  const report = join(scratch.path, `${name}.json`);
  const command: [string, ...string[]] = ['playwright', 'test', '--reporter=list,json', ...selection];
  const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  return counted(name, command, report, playwrightTotals, limitMinutes, env);
};

const stages: readonly Stage[] = [
  {
    name: 'node',
    run() {
      const major = Number(process.versions.node.split('.')[0]);
      const ok = major >= oldestNodeMajor;
      const how = ok ? '' : `: too old; "npm ci" installs the right one, "npm test" uses it`;
      return {
        ok,
        note: `Node ${process.versions.node}${how}; tests write to ${scratch.inMemory ? 'memory' : 'the disk'}`,
      };
    },
  },
  {
    name: 'packages',
    run() {
      const { ok, lines } = ensureSystemPackages();
      return { ok, note: lines.join('\n    ') };
    },
  },
  program('types', ['tsc', '-p', '.'], ['tsc', '-p', 'renderer']),
  program('lint', ['biome', 'ci', '.']),
  program('arrows', ['depcruise', '--config', '.dependency-cruiser.cjs', '.']),
  {
    name: 'sizes',
    run() {
      const faults = fileSizeFaults(projectRoot);
      return { ok: faults.length === 0, note: faults.join('\n    ') || 'no file is too long' };
    },
  },
  // The limits end what hangs; the whole took 22 minutes on two slow cores that had nothing else to do.
  vitest('unit', 8, '--project', 'node', '--project', 'screens'),
  program('build', ['node', 'tools/build.ts']),
  // The power-cut tests start and kill a station a hundred times. Programs start, lines break, time passes:
  // half of a core's time is free with one file on each, so one more runs beside them.
  vitest('integration', 30, '--project', 'integration', '--maxWorkers=3'),
  // No server and no lot behind these: both cores may look at once.
  playwright('screens', 15, '--project=screens', '--workers=2'),
  // Four sites at once, one of them in training: they wait for cars to drive far more than they compute.
  playwright('e2e', 25, '--project=training', '--project=kiosk', '--project=electron', '--workers=4'),
];

const { values: flags } = parseArgs({ options: { only: { type: 'string' } } });
const wanted = flags.only?.split(',');
const unknown = wanted?.filter((name) => !stages.some((stage) => stage.name === name)) ?? [];
if (unknown.length > 0) {
  process.stderr.write(`No stage is called ${unknown.join(', ')}: ${stages.map((s) => s.name).join(', ')}\n`);
  process.exit(2);
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const summary: string[] = [];
let totals = noTests;
let failedStage: string | null = null;
for (const stage of stages) {
  if (wanted && !wanted.includes(stage.name)) continue;
  say(`\n── ${stage.name} ${'─'.repeat(Math.max(3, 70 - stage.name.length))}`);
  const startedAtMs = performance.now();
  const result = await stage.run();
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  summary.push(
    `${result.ok ? '✓' : '✗'} ${stage.name.padEnd(10)} ${seconds.padStart(6)} s  ${result.note ?? ''}`,
  );
  totals = addTotals(totals, result.totals ?? noTests);
  if (!result.ok) {
    failedStage = stage.name;
    break;
  }
}
scratch.remove();

say(`\n${summary.join('\n')}`);
if (failedStage !== null) {
  say(`\nStopped at "${failedStage}". Run it alone with: npm test -- --only ${failedStage}`);
  // A stage without tests that fails is one failure, lest the closing line look clean.
  if (totals.failed === 0) totals = addTotals(totals, { passed: 0, failed: 1, skipped: 0 });
}
say(closingLine(totals));
process.exit(failedStage === null ? 0 : 1);
