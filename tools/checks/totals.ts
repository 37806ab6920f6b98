/** How many tests passed, failed and were skipped, summed over the runners. */
export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

export const noTests: Totals = { passed: 0, failed: 0, skipped: 0 };

export function addTotals(a: Totals, b: Totals): Totals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The part of vitest's JSON report that counts. */
interface VitestReport {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
}

/** The part of Playwright's JSON report that counts. */
interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
}

/**
 * @param text vitest's JSON report. A file that could not even be loaded has no tests in it: the run has
 * failed all the same, so at least one failure is counted.
 */
export function vitestTotals(text: string): Totals {
  const report = JSON.parse(text) as VitestReport;
  const failed = report.numFailedTests;
  return {
    passed: report.numPassedTests,
    failed: report.success ? failed : Math.max(1, failed),
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @param text Playwright's JSON report. A test that passed only at a second try has failed. */
export function playwrightTotals(text: string): Totals {
  const { stats, errors } = JSON.parse(text) as PlaywrightReport;
  const failed = stats.unexpected + stats.flaky;
  return {
    passed: stats.expected,
    failed: errors.length > 0 ? Math.max(1, failed) : failed,
    skipped: stats.skipped,
  };
}

/** The closing line that CI counts. */
export function closingLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
