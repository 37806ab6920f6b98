import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock, newId } from '../../shared/domain/index.ts';
import type { Person, SiteSettings } from '../../shared/station-contract/index.ts';
import { ProgressBook } from './progress-book.ts';
import { Trainings, trainingDelays } from './trainings.ts';
import type { FromTraining, StoreStart, ToTraining, TrainingStart, TrainingThread } from './types.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const personCalled = (displayName: string, role: Person['role'] = 'cashier'): Person => ({
  staffId: newId(),
  displayName,
  role,
});
const minji = personCalled('Minji');
const seojun = personCalled('Seojun', 'attendant');

/** A training thread that does what it is told and says what the test says. */
class FakeThread implements TrainingThread {
  readonly start: TrainingStart | StoreStart;
  readonly told: ToTraining[] = [];
  killed = false;
  ends = true;
  #message: Array<(message: FromTraining) => void> = [];
  #ended: Array<(lastWords: string) => void> = [];
  constructor(start: TrainingStart | StoreStart) {
    this.start = start;
  }
  tell(message: ToTraining): void {
    this.told.push(message);
    if (message.type === 'end' && this.ends) this.end();
  }
  onMessage(listener: (message: FromTraining) => void): void {
    this.#message.push(listener);
  }
  onEnded(listener: (lastWords: string) => void): void {
    this.#ended.push(listener);
  }
  kill(): void {
    this.killed = true;
    this.end();
  }
  says(message: FromTraining): void {
    for (const listener of this.#message) listener(message);
  }
  end(): void {
    for (const listener of this.#ended.splice(0)) listener('');
  }
}

/** The folder that a thread was given. */
function ownOf(thread: FakeThread | undefined): string {
  if (thread === undefined || 'only' in thread.start) throw new Error('no training was started');
  return thread.start.dataDir;
}

function world() {
  const folder = join(mkdtempSync(join(tmpdir(), 'trainings-')), 'training');
  folders.push(join(folder, '..'));
  const clock = new ManualClock();
  const threads: FakeThread[] = [];
  const trainings = new Trainings({
    startThread: (start) => {
      const thread = new FakeThread(start);
      threads.push(thread);
      return thread;
    },
    folder,
    clock,
    log: () => {},
    site: () => ({ defaultLocale: 'ko', amberAfterMs: 1, redAfterMs: 2, autoLockMs: 3 }) as SiteSettings,
  });
  const begin = async (owner: Person, trainee = owner) => {
    const count = threads.length;
    const answer = trainings.begin(owner, trainee, 'first-pickup');
    while (threads.length === count) await Promise.resolve();
    threads.at(-1)?.says({ type: 'ready', token: 'token', person: personCalled('there') });
    const result = await answer;
    if (!result.ok) throw new Error(result.error.reason);
    return result.value;
  };
  return { folder, clock, threads, trainings, begin };
}

describe('training at a station', () => {
  it('starts in a folder of its own and leaves none behind', async () => {
    const { folder, threads, trainings, begin } = world();
    const { trainingId, token } = await begin(minji);
    expect(token).toBe('token');
    const own = ownOf(threads[0]);
    expect(own.startsWith(folder) && existsSync(own)).toBe(true);
    await trainings.leave(minji, trainingId);
    expect(existsSync(own)).toBe(false);
  });

  it('begun again by the same person ends the one before', async () => {
    const { threads, trainings, begin } = world();
    await begin(minji);
    await begin(minji);
    expect(threads[0]?.told).toEqual([{ type: 'end' }]);
    expect(threads[1]?.told).toEqual([]);
    await trainings.close();
  });

  it('is for two at once; a third is told to wait', async () => {
    const { trainings, begin } = world();
    await begin(minji);
    await begin(seojun);
    const third = await trainings.begin(personCalled('Hana'), personCalled('Hana'), 'free');
    expect(third).toMatchObject({ ok: false, error: { reason: 'training-busy' } });
    await trainings.close();
  });

  it('makes what it begins from while somebody reads the exercises, once, and waits for it', async () => {
    const { folder, threads, trainings, begin } = world();
    trainings.prepare();
    trainings.prepare();
    const storeFolder = join(folder, 'store');
    expect(threads.map(({ start }) => start)).toEqual([{ only: 'store', storeFolder }]);
    const answer = begin(minji);
    await Promise.resolve();
    expect(threads, 'a training of its own is not started beside it').toHaveLength(1);
    mkdirSync(storeFolder);
    writeFileSync(join(storeFolder, 'store-1.tar.gz'), 'x');
    threads[0]?.end();
    const { trainingId } = await answer;
    expect(threads[1]?.start).toMatchObject({ storeFolder });
    await trainings.leave(minji, trainingId);
    trainings.prepare();
    expect(threads, 'it is there').toHaveLength(2);
    await trainings.close();
  });

  it('ends what it prepares with the station, or when that takes too long', async () => {
    const { clock, threads, trainings } = world();
    trainings.prepare();
    clock.advance(trainingDelays.startMs);
    expect(threads[0]?.killed).toBe(true);
    trainings.prepare();
    await trainings.close();
    expect(threads[1]?.killed).toBe(true);
  });

  it('is nobody else’s to hear, to speak to or to end', async () => {
    const { threads, trainings, begin } = world();
    const { trainingId } = await begin(minji);
    const wireId = newId();
    expect(trainings.wire(seojun, { trainingId, wireId }, undefined, () => true)).toBeNull();
    expect(trainings.coach(seojun, trainingId, undefined, () => true)).toBeNull();
    expect(trainings.say(seojun, { trainingId, wireId, text: 'x' }).ok).toBe(false);
    await trainings.leave(seojun, trainingId);
    expect(threads[0]?.told).toEqual([]);
    await trainings.close();
  });

  it('that does not come up in time is ended, and says so', async () => {
    const { clock, threads, trainings } = world();
    const answer = trainings.begin(minji, minji, 'first-refuel');
    while (threads.length === 0) await Promise.resolve();
    clock.advance(trainingDelays.startMs);
    expect(await answer).toMatchObject({ ok: false, error: { reason: 'training-failed' } });
    expect(threads[0]?.told).toEqual([{ type: 'end' }]);
  });

  it('that does not end when told to is ended by force', async () => {
    const { clock, threads, trainings, begin } = world();
    const { trainingId } = await begin(minji);
    const [thread] = threads;
    if (thread) thread.ends = false;
    const left = trainings.leave(minji, trainingId);
    clock.advance(trainingDelays.endMs);
    await left;
    expect(thread?.killed).toBe(true);
  });

  it('to which nobody listens any more ends by itself', async () => {
    const { clock, threads, begin } = world();
    await begin(minji);
    clock.advance(trainingDelays.unheardMs - 1);
    expect(threads[0]?.told).toEqual([]);
    clock.advance(1);
    expect(threads[0]?.told).toEqual([{ type: 'end' }]);
  });

  it('that ends by itself says that it failed, to whoever listens to its coach', async () => {
    const { threads, trainings, begin } = world();
    const { trainingId } = await begin(minji);
    const views = trainings.coach(minji, trainingId, undefined, () => true);
    threads[0]?.end();
    expect(await views?.next()).toMatchObject({ value: { state: 'failed' } });
    expect((await views?.next())?.done).toBe(true);
  });

  it('ends a wire when its person is signed out', async () => {
    const { trainings, begin } = world();
    const { trainingId } = await begin(minji);
    let signedIn = true;
    const texts = trainings.wire(minji, { trainingId, wireId: newId() }, undefined, () => signedIn);
    const next = texts?.next();
    signedIn = false;
    trainings.recheck();
    expect((await next)?.done).toBe(true);
    await trainings.close();
  });

  it('clears away what a power cut has left, and keeps who has finished what', () => {
    const folder = mkdtempSync(join(tmpdir(), 'trainings-'));
    folders.push(folder);
    mkdirSync(join(folder, 'lot-old'));
    writeFileSync(join(folder, 'lot-old', 'station.sqlite'), 'x');
    new ProgressBook(join(folder, 'progress.json')).add(minji.staffId, 'first-pickup', 1, 0);
    const trainings = new Trainings({
      startThread: null,
      folder,
      clock: new ManualClock(),
      log: () => {},
      site: () => ({}) as SiteSettings,
    });
    expect(readdirSync(folder)).toEqual(['progress.json']);
    expect(trainings.available).toBe(false);
    expect(trainings.progress([minji])).toMatchObject([{ finished: [{ exercise: 'first-pickup' }] }]);
  });
});

describe('the progress of training', () => {
  it('is the trainee’s, also when a manager began it', async () => {
    const { threads, trainings, begin } = world();
    const manager = personCalled('Jiwoo', 'manager');
    await begin(manager, minji);
    threads[0]?.says({ type: 'finished', exercise: 'first-pickup', mistakes: 2, tookMs: 1 });
    const [of, ofManager] = trainings.progress([minji, manager]);
    expect(of?.finished).toMatchObject([{ exercise: 'first-pickup', times: 1, mistakes: 2 }]);
    expect(ofManager?.finished).toEqual([]);
    await trainings.close();
  });

  it('keeps the first time and the best one, and survives a restart', () => {
    const folder = mkdtempSync(join(tmpdir(), 'progress-'));
    folders.push(folder);
    const path = join(folder, 'progress.json');
    const book = new ProgressBook(path);
    book.add('someone', 'close-of-shift', 100, 3);
    book.add('someone', 'close-of-shift', 200, 1);
    book.add('someone', 'first-pickup', 300, 0);
    expect(new ProgressBook(path).of('someone')).toEqual([
      { exercise: 'first-pickup', firstAtMs: 300, times: 1, mistakes: 0 },
      { exercise: 'close-of-shift', firstAtMs: 100, times: 2, mistakes: 1 },
    ]);
  });

  it('that cannot be read counts as none and is not made worse by reading', () => {
    const folder = mkdtempSync(join(tmpdir(), 'progress-'));
    folders.push(folder);
    const path = join(folder, 'progress.json');
    writeFileSync(path, '{"half a');
    expect(new ProgressBook(path).of('someone')).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe('{"half a');
  });
});
