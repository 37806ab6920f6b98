/** The commands of the walk test, and the reports that are kept of it. */
import { type Clock, err, newId, ok, parseBeaconCode } from '../../shared/domain/index.ts';
import type { WalkReport, WalkReportHead, WalkState } from '../../shared/station-contract/index.ts';
import type { Actor, CommandResult, Core, Inputs } from '../core/types.ts';
import type { Radio } from '../receivers/index.ts';
import { Once } from './once.ts';
import { refused } from './refused.ts';
import { type EndedWalk, WalkNote } from './walk-note.ts';
import { WalkReports, walkReportKey } from './walk-reports.ts';
import { WalkTest } from './walk-test.ts';
import type { WalkedBefore } from './walked-before.ts';

export interface WalkDeps {
  core: Pick<Core, 'settings' | 'visits'>;
  radio: Pick<Radio, 'tap' | 'laneSettings' | 'receivers' | 'explain'>;
  clock: Clock;
}

export class WalkCommands {
  readonly #deps: WalkDeps;
  readonly #test: WalkTest;
  readonly #reports: WalkReports;
  readonly #once = new Once();
  readonly #note: WalkNote;
  #ended: EndedWalk | null;
  #closed = false;

  constructor(deps: WalkDeps) {
    this.#deps = deps;
    const { visits, settings } = deps.core;
    this.#test = new WalkTest(deps.radio, deps.clock, (code, atMs) => visits.jackOf(code, atMs));
    this.#reports = new WalkReports(settings);
    this.#note = new WalkNote(settings);
    this.#ended = this.#note.lost();
  }

  state(): WalkState {
    return { running: this.#test.state(), ended: this.#ended, last: this.#reports.newest() };
  }

  start(actor: Actor, input: Inputs['walkTest']['start']): CommandResult<WalkState> {
    return this.#once.run<CommandResult<WalkState>>(input.idempotencyKey, () => {
      const code = parseBeaconCode(input.code);
      if (this.#test.isRunning) return refused('walk-test-running');
      if (code === null || this.#deps.radio.explain(code) === null) return refused('code-not-heard');
      this.#test.start(code, actor.person.displayName);
      this.#ended = null;
      const running = this.#test.state();
      if (running !== null) this.#note.begun(running);
      return ok(this.state());
    });
  }

  mark(input: Inputs['walkTest']['mark']): CommandResult<WalkState> {
    return this.#once.run<CommandResult<WalkState>>(input.idempotencyKey, () => {
      if (!this.#test.isRunning) return refused('walk-test-not-running');
      const lanes = this.#deps.core.settings.site().lanes;
      if (!lanes.some(({ laneId }) => laneId === input.laneId)) return refused('lane-not-found');
      this.#test.mark(input.laneId);
      return ok(this.state());
    });
  }

  takeBack(input: Inputs['walkTest']['takeBack']): CommandResult<WalkState> {
    return this.#once.run<CommandResult<WalkState>>(input.idempotencyKey, () => {
      if (!this.#test.isRunning) return refused('walk-test-not-running');
      if (this.#test.marks.length === 0) return refused('walk-test-without-marks');
      this.#test.takeBack();
      return ok(this.state());
    });
  }

  /** Asked again while it is being judged, which may take longer than a kiosk waits, it is not judged a second time. */
  finish(actor: Actor, input: Inputs['walkTest']['finish']): Promise<CommandResult<{ report: WalkReport }>> {
    return this.#once.run(input.idempotencyKey, () => this.#finish(actor, input));
  }

  async #finish(
    actor: Actor,
    input: Inputs['walkTest']['finish'],
  ): Promise<CommandResult<{ report: WalkReport }>> {
    if (this.#test.isRunning && this.#test.marks.length === 0) return refused('walk-test-without-marks');
    // Not running: perhaps the same command once more, whose first answer is kept.
    const judged = this.#test.isRunning ? await this.#test.report(actor.person.displayName) : null;
    // While it was judged somebody else may have given it up, or finished it.
    const report = judged?.testId === this.#test.testId ? judged : null;
    const kept = this.#keep(actor, input, report);
    if (!kept.ok) return kept;
    this.#test.cancel();
    this.#note.over();
    return ok({ report: kept.value });
  }

  /** A walk that was done before this station was there. */
  async take(actor: Actor, walk: WalkedBefore): Promise<CommandResult<{ report: WalkReport }>> {
    const report = await this.#test.reportOf(walk, actor.person.displayName);
    if (this.#closed) return refused('walk-test-not-running');
    const kept = this.#keep(actor, { idempotencyKey: newId() }, report);
    return kept.ok ? ok({ report: kept.value }) : kept;
  }

  #keep(
    actor: Actor,
    input: Inputs['walkTest']['finish'],
    report: WalkReport | null,
  ): CommandResult<WalkReport> {
    const details =
      report === null
        ? {}
        : {
            testId: report.testId,
            lanes: report.lanes.map(({ laneId }) => laneId),
            expected: report.expected.suggested,
          };
    return this.#deps.core.settings.keep<WalkReport>(
      actor,
      'walkTest.finish',
      input,
      { key: walkReportKey(report?.testId ?? ''), journal: 'walk-test-kept', details },
      () =>
        report === null
          ? err('walk-test-not-running')
          : ok({ value: JSON.stringify(report), answer: report }),
    );
  }

  close(): void {
    this.#closed = true;
    this.#test.cancel();
  }

  cancel(actor: Actor, input: Inputs['walkTest']['cancel']): CommandResult<WalkState> {
    return this.#once.run<CommandResult<WalkState>>(input.idempotencyKey, () => {
      const running = this.#test.state();
      if (running !== null) {
        const { startedAtMs, by } = running;
        this.#ended = { how: 'cancelled', startedAtMs, by, cancelledBy: actor.person.displayName };
        this.#test.cancel();
        this.#note.over();
      }
      return ok(this.state());
    });
  }

  reports(): WalkReportHead[] {
    return this.#reports.list();
  }

  report(testId: string): CommandResult<{ report: WalkReport }> {
    const found = this.#reports.get(testId);
    return found.ok ? ok({ report: found.value }) : refused(found.error);
  }
}
