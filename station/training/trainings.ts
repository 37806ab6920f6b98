/**
 * Training at this station: one thread per person who trains, its wires, its coach, and what came of it.
 *
 *   kiosk ── begin ──▶ Trainings ── start ──▶ thread: a whole second station on a simulated lot
 *         ── say ───▶     wire ──────────────▶
 *         ◀─ wire, coach ─────────────────────
 *                          │ finished
 *                          ▼
 *                    progress book (its own file)
 *
 * What a training's payment server begins from takes as long to make as all the rest: it is kept, and made as soon as
 * somebody looks at the exercises for the first time, while they read them.
 *
 *   starting ──ready──▶ running ──leave │ begun anew │ nobody listens │ the station stops──▶ ended
 *       └──────────ended by itself, too late──────────────────────────────────────────────▶ ended
 *
 * Nothing here has a way to the real records, receivers or payment server: the thread is given a folder of
 * its own and knows nothing else of this station.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Cancel, type Clock, err, newId, ok, type Result } from '../../shared/domain/index.ts';
import type {
  CoachView,
  Person,
  Practice,
  RefusalReason,
  SiteSettings,
  TrainingProgress,
} from '../../shared/station-contract/index.ts';
import type { Log } from '../setup/index.ts';
import { Latest } from './latest.ts';
import { ProgressBook } from './progress-book.ts';
import type { StartThread, TrainingThread } from './types.ts';
import { TrainingWire } from './wire.ts';

export const trainingDelays = {
  /** From the start to the first sign of life of a ready training station; slow machines start slowly. */
  startMs: 120_000,
  /** Nobody listens (page closed, kiosk locked and left): then it ends. */
  unheardMs: 10 * 60_000,
  /** From "end" to ending it by force. */
  endMs: 4_000,
} as const;

/** Each takes a few hundred megabytes while it runs. */
const mostAtOnce = 2;
const mostWires = 4;

export interface TrainingsOptions {
  /** null: this station cannot train (nothing to start was given to it). */
  startThread: StartThread | null;
  /** `<data folder>/training`: the progress book, a folder per running training, what their stores begin from. */
  folder: string;
  clock: Clock;
  log: Log;
  site: () => SiteSettings;
}

export type TrainingAnswer<T> = Result<T, { code: 'REFUSED'; reason: RefusalReason }>;
const refused = (reason: RefusalReason) => err({ code: 'REFUSED' as const, reason });

interface Training {
  trainingId: string;
  /** At the real station. */
  owner: Person;
  trainee: Person;
  thread: TrainingThread;
  folder: string;
  coach: Latest<CoachView>;
  wires: Map<string, TrainingWire>;
  cancelUnheard: Cancel;
  ended: Promise<void>;
  end(): Promise<void>;
}

export class Trainings {
  readonly #options: TrainingsOptions;
  readonly #book: ProgressBook;
  readonly #running = new Map<string, Training>();
  #storing: { thread: TrainingThread; ended: Promise<void> } | null = null;
  #closing = false;

  constructor(options: TrainingsOptions) {
    this.#options = options;
    this.#book = new ProgressBook(join(options.folder, 'progress.json'));
    this.#sweep();
  }

  get available(): boolean {
    return this.#options.startThread !== null;
  }

  progress(people: readonly Person[]): TrainingProgress[] {
    return people.map((person) => ({ person, finished: this.#book.of(person.staffId) }));
  }

  /** Somebody looks at the exercises: what they begin from is made now, where it has never been. */
  prepare(): void {
    const { startThread, clock, log } = this.#options;
    if (startThread === null || this.#closing || this.#storing !== null || this.#running.size > 0) return;
    if (holdsStore(this.#storeFolder)) return;
    let thread: TrainingThread;
    try {
      mkdirSync(this.#options.folder, { recursive: true, mode: 0o700 });
      thread = startThread({ only: 'store', storeFolder: this.#storeFolder });
    } catch {
      return;
    }
    const ended = Promise.withResolvers<void>();
    this.#storing = { thread, ended: ended.promise };
    const cancelLate = clock.schedule(trainingDelays.startMs, () => thread.kill());
    thread.onEnded((lastWords) => {
      cancelLate();
      this.#storing = null;
      if (lastWords !== '') log('training.not-prepared', { lastWords });
      ended.resolve();
    });
  }

  /** Resolves once the training station is there. */
  async begin(
    owner: Person,
    trainee: Person,
    practice: Practice,
  ): Promise<TrainingAnswer<{ trainingId: string; token: string; person: Person }>> {
    const { startThread, folder, clock, log } = this.#options;
    if (startThread === null || this.#closing) return refused('training-not-available');
    for (const before of [...this.#running.values()]) {
      if (before.owner.staffId === owner.staffId) await before.end();
    }
    // Two that make the same at once would take twice as long.
    await this.#storing?.ended;
    if (this.#running.size >= mostAtOnce) return refused('training-busy');
    const trainingId = newId();
    const own = join(folder, `lot-${trainingId}`);
    let thread: TrainingThread;
    try {
      mkdirSync(own, { recursive: true, mode: 0o700 });
      thread = startThread({
        dataDir: own,
        storeFolder: this.#storeFolder,
        practice,
        trainee: { displayName: trainee.displayName, role: trainee.role },
        site: siteOf(this.#options.site()),
      });
    } catch {
      rmSync(own, { recursive: true, force: true });
      return refused('training-failed');
    }
    const training = this.#keep(trainingId, owner, trainee, thread, own);
    log('training.started', { practice });
    const ready = Promise.withResolvers<{ token: string; person: Person } | null>();
    thread.onMessage((message) => {
      if (message.type === 'ready') ready.resolve({ token: message.token, person: message.person });
    });
    void training.ended.then(() => ready.resolve(null));
    const cancelLate = clock.schedule(trainingDelays.startMs, () => ready.resolve(null));
    const signedIn = await ready.promise;
    cancelLate();
    if (signedIn === null) {
      log('training.failed');
      await training.end();
      return refused('training-failed');
    }
    this.#watchUnheard(training);
    return ok({ trainingId, ...signedIn });
  }

  coach(
    owner: Person,
    trainingId: string,
    signal: AbortSignal | undefined,
    mayRead: () => boolean,
  ): AsyncGenerator<CoachView, void, void> | null {
    return this.#of(owner, trainingId)?.coach.read(signal, mayRead) ?? null;
  }

  /** null: there is no such training (any more). */
  wire(
    owner: Person,
    input: { trainingId: string; wireId: string },
    signal: AbortSignal | undefined,
    mayRead: () => boolean,
  ): AsyncGenerator<{ text: string }, void, void> | null {
    const training = this.#of(owner, input.trainingId);
    if (training === null) return null;
    // The oldest makes room: it is one that its page has lost.
    const oldest = training.wires.size >= mostWires ? [...training.wires.values()][0] : undefined;
    oldest?.close();
    const wire = new TrainingWire(() => {
      training.wires.delete(input.wireId);
      this.#watchUnheard(training);
    });
    training.wires.set(input.wireId, wire);
    training.cancelUnheard();
    training.thread.tell({ type: 'wire', port: wire.far }, [wire.far]);
    return wire.read(signal, mayRead);
  }

  say(
    owner: Person,
    input: { trainingId: string; wireId: string; text: string },
  ): TrainingAnswer<Record<string, never>> {
    const wire = this.#of(owner, input.trainingId)?.wires.get(input.wireId);
    if (wire === undefined) return refused('training-not-found');
    wire.say(input.text);
    return ok({});
  }

  async leave(owner: Person, trainingId: string): Promise<void> {
    await this.#of(owner, trainingId)?.end();
  }

  /** Somebody was signed out: streams that are no longer theirs to read end. */
  recheck(): void {
    for (const training of this.#running.values()) {
      training.coach.recheck();
      for (const wire of training.wires.values()) wire.recheck();
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#storing?.thread.kill();
    await Promise.all([
      this.#storing?.ended,
      ...[...this.#running.values()].map((training) => training.end()),
    ]);
  }

  get #storeFolder(): string {
    return join(this.#options.folder, 'store');
  }

  #of(owner: Person, trainingId: string): Training | null {
    const training = this.#running.get(trainingId);
    return training?.owner.staffId === owner.staffId ? training : null;
  }

  #keep(
    trainingId: string,
    owner: Person,
    trainee: Person,
    thread: TrainingThread,
    folder: string,
  ): Training {
    const { clock, log } = this.#options;
    const over = Promise.withResolvers<void>();
    let asked = false;
    let cancelForce: Cancel = () => {};
    const training: Training = {
      trainingId,
      owner,
      trainee,
      thread,
      folder,
      coach: new Latest(),
      wires: new Map(),
      cancelUnheard: () => {},
      ended: over.promise,
      end: () => {
        if (!asked) {
          asked = true;
          thread.tell({ type: 'end' }, []);
          cancelForce = clock.schedule(trainingDelays.endMs, () => thread.kill());
        }
        return over.promise;
      },
    };
    this.#running.set(trainingId, training);
    thread.onMessage((message) => {
      if (message.type === 'coach') training.coach.set(message.view);
      if (message.type !== 'finished') return;
      try {
        this.#book.add(trainee.staffId, message.exercise, clock.nowMs(), message.mistakes);
        log('training.finished', { exercise: message.exercise, mistakes: message.mistakes });
      } catch (error) {
        log('training.not-noted', { errorMessage: String(error) });
      }
    });
    thread.onEnded((lastWords) => {
      cancelForce();
      this.#running.delete(trainingId);
      training.cancelUnheard();
      if (!asked) training.coach.set({ state: 'failed' });
      training.coach.end();
      for (const wire of [...training.wires.values()]) wire.close();
      training.cancelUnheard();
      rmSync(folder, { recursive: true, force: true });
      log('training.ended', { byItself: !asked, ...(lastWords === '' ? {} : { lastWords }) });
      over.resolve();
    });
    return training;
  }

  #watchUnheard(training: Training): void {
    training.cancelUnheard();
    if (training.wires.size > 0 || !this.#running.has(training.trainingId)) return;
    training.cancelUnheard = this.#options.clock.schedule(
      trainingDelays.unheardMs,
      () => void training.end(),
    );
  }

  /** What a power cut left of earlier trainings. */
  #sweep(): void {
    try {
      for (const name of readdirSync(this.#options.folder)) {
        if (name.startsWith('lot-'))
          rmSync(join(this.#options.folder, name), { recursive: true, force: true });
      }
    } catch {
      // No folder yet: nobody has trained.
    }
  }
}

function holdsStore(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith('.gz'));
  } catch {
    return false;
  }
}

function siteOf({ defaultLocale, amberAfterMs, redAfterMs, autoLockMs }: SiteSettings) {
  return { defaultLocale, amberAfterMs, redAfterMs, autoLockMs };
}
