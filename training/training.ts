/**
 * One training: the site, the exercise on it, and the coach that watches.
 *
 *   station's records, calls, line ──facts, happenings──▶ coach ──▶ what to say
 *                                                          │ a step begins
 *                                         lot, server ◀── stage
 */
import { businessDayOf, type Clock, newId, ok, type Result } from '../shared/domain/index.ts';
import type {
  CoachView,
  ExerciseId,
  Person,
  RefusalReason,
  VisitView,
} from '../shared/station-contract/index.ts';
import { type LotCommandInput, runDemo } from '../simulator/index.ts';
import type { Station, TrainingStart } from '../station/index.ts';
import { begun, type CoachState, heard, viewOf } from './coach.ts';
import { type Exercise, exerciseById, type Facts, type Happening, type Stage } from './exercises/index.ts';
import { openTrainingSite, type TrainingSite, trainingKiosk } from './site.ts';

export interface TrainingOptions extends TrainingStart {
  clock: Clock;
  seed: number;
  onCoach(view: CoachView): void;
  onFinished(exercise: ExerciseId, mistakes: number, tookMs: number): void;
}

export interface Training {
  station: Station;
  token: string;
  person: Person;
  close(): Promise<void>;
}

/** From here on a colleague's kiosk; the drawer is the trainee's. */
const colleaguesKiosk = 'training-2';
/** Line to the server, outbox and shift are looked at this often; visits and calls at once. */
const lookEveryMs = 500;
/** A car that is expected is not there yet: the colleague looks again. */
const againMs = 1_000;

/** @returns an error sentence when the site cannot be opened. */
export async function startTraining(options: TrainingOptions): Promise<Result<Training, string>> {
  const calls: Array<(procedure: string, refused: RefusalReason | null) => void> = [];
  const opened = await openTrainingSite({
    ...options,
    onCall: (procedure, refused) => {
      for (const listener of calls) listener(procedure, refused);
    },
  });
  if (!opened.ok) return opened;
  const site = opened.value;
  const { station, token, trainee } = site;
  if (options.practice === 'free') {
    const stopDemo = runDemo({ lot: site.lot, clock: options.clock, seed: options.seed });
    options.onCoach({ state: 'free' });
    return ok({
      station,
      token,
      person: trainee,
      close: () => {
        stopDemo();
        return site.close();
      },
    });
  }
  const run = new ExerciseRun(site, exerciseById[options.practice], options);
  calls.push((procedure, refused) => run.called(procedure, refused));
  await run.start();
  return ok({
    station,
    token,
    person: trainee,
    close: () => {
      run.stop();
      return site.close();
    },
  });
}

class ExerciseRun implements Stage {
  readonly #site: TrainingSite;
  readonly #exercise: Exercise;
  readonly #options: TrainingOptions;
  readonly #visits = new Map<string, VisitView>();
  readonly #cancels = new Set<() => void>();
  #state: CoachState;
  /** The last step whose `begin` has run. */
  #begun = -1;
  #stopped = false;

  constructor(site: TrainingSite, exercise: Exercise, options: TrainingOptions) {
    this.#site = site;
    this.#exercise = exercise;
    this.#options = options;
    this.#state = begun(options.clock.nowMs());
  }

  async start(): Promise<void> {
    const { core } = this.#site.station;
    await this.#enrolled();
    this.#cancels.add(
      core.onVisitChanged((visit) => {
        const before = this.#visits.get(visit.plateTail) ?? null;
        this.#visits.set(visit.plateTail, visit);
        this.#look({ type: 'visit', visit, before });
      }),
    );
    await this.#exercise.prepare(this);
    this.#options.onCoach(viewOf(this.#state, this.#exercise));
    this.#beginSteps();
    this.#lookAgain();
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  called(procedure: string, refused: RefusalReason | null): void {
    // After the answer is on its way: the facts of what it changed are there by then.
    queueMicrotask(() => this.#look({ type: 'called', procedure, refused }));
  }

  // ---------- the stage ----------

  lot(command: LotCommandInput): Promise<Record<string, unknown>> {
    return this.#site.lot.do(command);
  }

  cutServer(): void {
    this.#site.line.cut();
  }

  restoreServer(): void {
    this.#site.line.restore();
  }

  colleagueCompletes(refuel: Parameters<Stage['colleagueCompletes']>[0]): void {
    const { core } = this.#site.station;
    const visit = this.#visits.get(refuel.plateTail);
    const actor = { person: this.#site.colleague, kioskId: colleaguesKiosk };
    const { laneId, gradeId, amountMinor } = refuel;
    const later = () => this.after(againMs, () => this.colleagueCompletes(refuel));
    if (visit === undefined || (visit.presence !== 'arrived' && visit.presence !== 'parked')) {
      later();
      return;
    }
    const { visitId } = visit;
    const started =
      visit.refuel === null
        ? core.refuels.start(actor, { idempotencyKey: newId(), visitId, laneId, digits: null })
        : null;
    const refuelId = started?.ok ? started.value.visit.refuel?.refuelId : visit.refuel?.refuelId;
    if (refuelId === undefined) {
      later();
      return;
    }
    core.refuels.complete(actor, {
      idempotencyKey: newId(),
      ...{ refuelId, laneId, gradeId, amountMinor },
      volumeMl: null,
      fuelMismatchConfirmed: false,
    });
    // Back to the pumps: whoever is at the counter takes the money.
    core.visits.release(actor, { idempotencyKey: newId(), visitId });
  }

  after(ms: number, action: () => unknown): void {
    if (this.#stopped) return;
    const cancel = this.#options.clock.schedule(ms, () => {
      this.#cancels.delete(cancel);
      // A driver who cannot do what is asked (the car is gone already) is no fault of the trainee's.
      Promise.resolve()
        .then(action)
        .catch(() => {});
    });
    this.#cancels.add(cancel);
  }

  // ---------- the coach ----------

  #facts(): Facts {
    const { core, link } = this.#site.station;
    const site = core.settings.site();
    const nowMs = this.#options.clock.nowMs();
    const day = businessDayOf(nowMs, site.timeZone, site.businessDayStartHour);
    return {
      nowMs,
      visits: this.#visits,
      serverReached: link.status().state === 'connected',
      unsent: core.outbox.counts().waiting,
      shift: core.shifts.list({ day }).shifts.find((shift) => shift.kioskId === trainingKiosk) ?? null,
    };
  }

  #look(happening: Happening): void {
    if (this.#stopped) return;
    const before = this.#state;
    const nowMs = this.#options.clock.nowMs();
    this.#state = heard(before, this.#exercise, this.#facts(), happening, nowMs);
    if (this.#state === before) return;
    const view = viewOf(this.#state, this.#exercise);
    this.#options.onCoach(view);
    if (view.state === 'finished') this.#options.onFinished(view.exercise, view.mistakes, view.tookMs);
    else this.#beginSteps();
  }

  /** Also those that one look has passed over: their drivers have a part to play all the same. */
  #beginSteps(): void {
    while (this.#begun < this.#state.index) {
      this.#begun += 1;
      this.#exercise.steps[this.#begun]?.begin?.(this);
    }
  }

  #lookAgain(): void {
    this.after(lookEveryMs, () => {
      this.#look({ type: 'other' });
      this.#lookAgain();
    });
  }

  /** Enrolment takes a moment, and what is practised begins with the server there. */
  async #enrolled(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#stopped && this.#site.station.link.status().state !== 'connected') {
      await new Promise<void>((resolve) => clock.schedule(50, resolve));
    }
  }
}
