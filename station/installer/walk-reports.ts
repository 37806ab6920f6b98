/**
 * The acceptance reports of all walk tests, one setting each: a report once kept is never changed.
 *
 *   walk-test.report:<testId>     ids are UUIDv7, so that keys are in the order of the tests
 *   walk-test.last                what earlier versions kept: only one, the newest
 */
import { err, ok, type Result } from '../../shared/domain/index.ts';
import {
  type RefusalReason,
  type WalkReport,
  type WalkReportHead,
  walkReport,
} from '../../shared/station-contract/index.ts';
import type { SettingsApi } from '../core/types.ts';

const prefix = 'walk-test.report:';
const oneKey = 'walk-test.last';

export const walkReportKey = (testId: string): string => `${prefix}${testId}`;

export class WalkReports {
  readonly #settings: Pick<SettingsApi, 'recall' | 'recallAll'>;

  constructor(settings: Pick<SettingsApi, 'recall' | 'recallAll'>) {
    this.#settings = settings;
  }

  /** Newest first. */
  list(): WalkReportHead[] {
    return this.#all()
      .map(({ testId, startedAtMs, finishedAtMs, by, lanes, marks, expected }) => ({
        testId,
        startedAtMs,
        finishedAtMs,
        by,
        laneIds: lanes.map(({ laneId }) => laneId),
        marks: marks.length,
        expected: expected.suggested,
      }))
      .reverse();
  }

  newest(): WalkReport | null {
    // Asked every second while somebody looks: the earlier ones are not read for it.
    for (const text of this.#texts().reverse()) {
      const [report] = parseReport(text);
      if (report !== undefined) return report;
    }
    return null;
  }

  get(testId: string): Result<WalkReport, RefusalReason> {
    const found = this.#all().find((report) => report.testId === testId);
    return found === undefined ? err('walk-report-not-found') : ok(found);
  }

  #all(): WalkReport[] {
    return this.#texts().flatMap(parseReport);
  }

  #texts(): string[] {
    const one = this.#settings.recall(oneKey);
    return [...(one === null ? [] : [one]), ...this.#settings.recallAll(prefix)];
  }
}

/** One that cannot be read must not hide the others. */
function parseReport(text: string): WalkReport[] {
  try {
    const parsed = walkReport.safeParse(JSON.parse(text));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
