import { describe, expect, it } from 'vitest';
import { addTotals, closingLine, playwrightTotals, vitestTotals } from './totals.ts';

const vitestReport = {
  success: true,
  numPassedTests: 12,
  numFailedTests: 0,
  numPendingTests: 2,
  numTodoTests: 1,
};
const playwrightReport = { stats: { expected: 5, unexpected: 0, flaky: 0, skipped: 1 }, errors: [] };

describe('the totals of a test run', () => {
  it('sum unit and end-to-end tests into the line that CI counts', () => {
    const sum = addTotals(
      vitestTotals(JSON.stringify(vitestReport)),
      playwrightTotals(JSON.stringify(playwrightReport)),
    );
    expect(closingLine(sum)).toBe('17 passed, 0 failed, 4 skipped');
  });

  it('count a test file that could not be loaded as a failure', () => {
    expect(vitestTotals(JSON.stringify({ ...vitestReport, success: false })).failed).toBe(1);
    expect(playwrightTotals(JSON.stringify({ ...playwrightReport, errors: [{}] })).failed).toBe(1);
  });

  it('count a test that passed only at its second try as a failure', () => {
    const stats = { ...playwrightReport.stats, flaky: 2 };
    expect(playwrightTotals(JSON.stringify({ stats, errors: [] })).failed).toBe(2);
  });
});
