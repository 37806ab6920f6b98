/**
 * What the installer does with the radio. Each change is kept with a journal entry first, then takes
 * effect at once; nothing here needs a restart.
 *
 *   receivers ─ discover, check, add, rename, remove, live, why      lanes ─ get, set
 *   walk test ─ start, mark, finish     recording ─ start, stop, replay     test beacon     diagnostics
 */
import { receiverFactory } from '../../drivers/index.ts';
import type { SerialLine } from '../../drivers/serial/index.ts';
import { type BeaconCode, type Clock, err, newId, ok, parseBeaconCode } from '../../shared/domain/index.ts';
import type {
  CheckEvent,
  DiagnosticsBundle,
  LaneRadioView,
  PresenceWhyView,
  ReceiverView,
  RecordingView,
  RefusalReason,
  RemedyView,
  ReplayEvent,
  StationStatus,
  TestBeaconView,
  WalkReport,
  WalkReportHead,
  WalkState,
} from '../../shared/station-contract/index.ts';
import { changedMeanwhile } from '../../shared/station-facts/index.ts';
import type { Actor, CommandResult, Core, Inputs } from '../core/types.ts';
import { beaconSilentAfterMs, createReceivers, type Radio } from '../receivers/index.ts';
import { type CheckDeps, checkCandidate } from './check-candidate.ts';
import { diagnosticsBundle } from './diagnostics.ts';
import { type Discovered, type Look, lookAtMachine, withUse } from './discover.ts';
import { keptBeacon, testBeaconKey, unfitForBeacon } from './kept-beacon.ts';
import { laneViews, setLanes } from './lane-commands.ts';
import { type LiveOptions, liveSignal } from './live-signal.ts';
import { Once } from './once.ts';
import { receiversAt } from './place.ts';
import { playRecording } from './play-recording.ts';
import {
  parseReceiverBook,
  type ReceiverBook,
  receiverBookKey,
  withAdded,
  withName,
  without,
} from './receiver-book.ts';
import { Recordings } from './recordings.ts';
import { refused } from './refused.ts';
import { remedyFor } from './remedy.ts';
import { WalkCommands } from './walk-commands.ts';
import type { WalkedBefore } from './walked-before.ts';
import { whyView } from './why-view.ts';

export interface InstallerDeps {
  core: Pick<Core, 'settings' | 'visits'>;
  radio: Radio;
  clock: Clock;
  dataDir: string;
  version: string;
  status: () => StationStatus;
  look?: Look;
  makeFactory?: typeof receiverFactory;
  createLine?: CheckDeps['createLine'];
  /** Bytes of one recording at most. */
  maxRecordingBytes?: number;
}

export class Installer {
  readonly #deps: InstallerDeps;
  readonly #walk: WalkCommands;
  readonly #recordings: Recordings;
  readonly #startedAtMs: number;
  #checking = false;
  readonly #once = new Once();

  constructor(deps: InstallerDeps) {
    this.#deps = deps;
    this.#walk = new WalkCommands(deps);
    this.#recordings = new Recordings(deps.dataDir, deps.radio, deps.clock, {
      maxBytes: deps.maxRecordingBytes,
    });
    this.#startedAtMs = deps.clock.nowMs();
  }

  // ---- receivers ---------------------------------------------------------------------------------

  async discover(): Promise<Discovered> {
    return withUse(await (this.#deps.look ?? lookAtMachine)(), this.#deps.radio.receivers());
  }

  async *check(spec: string, signal: AbortSignal | undefined): AsyncGenerator<CheckEvent, void, void> {
    const { radio, clock, core, makeFactory, createLine } = this.#deps;
    const reason = this.#checking ? 'busy' : null;
    if (reason !== null) {
      yield { state: 'failed', reason };
      return;
    }
    this.#checking = true;
    try {
      const inUse = (await receiversAt(spec, radio.receivers())).length > 0;
      if (inUse || isRecording(spec)) {
        yield { state: 'failed', reason: inUse ? 'in-use' : 'is-recording' };
        return;
      }
      yield* checkCandidate(
        spec,
        {
          clock,
          makeFactory: makeFactory ?? receiverFactory,
          createLine: createLine ?? portOfMachine,
          isOurs: (code, atMs) => core.visits.knowsCode(code, atMs),
        },
        signal,
      );
    } finally {
      this.#checking = false;
    }
  }

  remedy(spec: string, reason: string): Promise<RemedyView | null> {
    return remedyFor(spec, reason);
  }

  async add(
    actor: Actor,
    input: Inputs['receivers']['add'],
  ): Promise<CommandResult<{ receiverId: string; receivers: ReceiverView[] }>> {
    const { radio, clock } = this.#deps;
    const named = { receiverId: `r-${newId().slice(-8)}`, named: true, spec: input.spec };
    // Cars of another day would come to this lot.
    if (isRecording(input.spec)) return refused('receiver-is-recording');
    const [made] = await createReceivers([named], clock);
    if (made === undefined || made.factory === null)
      return refused('receiver-wrong', made?.reason ?? undefined);
    const there = await receiversAt(input.spec, radio.receivers());
    const kept = this.#keepBook(
      actor,
      'receivers.add',
      input,
      { added: input.name, spec: input.spec },
      (book) => {
        const added = withAdded(book, radio.receivers(), { ...named, name: input.name }, there);
        return added.ok ? ok({ book: added.value, answer: named.receiverId }) : added;
      },
    );
    if (!kept.ok) return kept;
    // The answer to a repeated command names the receiver of the first one: it is there already.
    if (kept.value === named.receiverId) radio.add({ ...made, name: input.name });
    return ok({ receiverId: kept.value, receivers: radio.receivers() });
  }

  rename(actor: Actor, input: Inputs['receivers']['rename']): CommandResult<{ receivers: ReceiverView[] }> {
    const { radio } = this.#deps;
    const { receiverId, name, seen } = input;
    const kept = this.#keepBook(actor, 'receivers.rename', input, { receiverId, name }, (book) => {
      const renamed = withName(book, radio.receivers(), receiverId, name, seen);
      return renamed.ok ? ok({ book: renamed.value, answer: name }) : renamed;
    });
    if (!kept.ok) return kept;
    radio.rename(receiverId, kept.value);
    return ok({ receivers: radio.receivers() });
  }

  async remove(
    actor: Actor,
    input: Inputs['receivers']['remove'],
  ): Promise<CommandResult<{ receivers: ReceiverView[] }>> {
    const { radio } = this.#deps;
    const { receiverId } = input;
    const kept = this.#keepBook(actor, 'receivers.remove', input, { removed: receiverId }, (book) => {
      const left = without(book, radio.receivers(), receiverId);
      return left.ok ? ok({ book: left.value, answer: receiverId }) : left;
    });
    if (!kept.ok) return kept;
    await radio.remove(receiverId);
    return ok({ receivers: radio.receivers() });
  }

  live(options: Omit<LiveOptions, 'radio' | 'clock'>) {
    const { radio, clock } = this.#deps;
    return liveSignal({ radio, clock, ...options });
  }

  why(input: Inputs['receivers']['why']): PresenceWhyView | null {
    const { core, radio } = this.#deps;
    const codes = input.visitId === undefined ? [] : core.visits.codesOf(input.visitId);
    const texts = input.code === undefined ? [...codes].reverse() : [input.code];
    for (const text of texts) {
      const code = parseBeaconCode(text);
      const found = code === null ? null : radio.explain(code);
      if (found === null) continue;
      return whyView(found);
    }
    return null;
  }

  // ---- lanes -------------------------------------------------------------------------------------

  lanes(): LaneRadioView[] {
    return laneViews(this.#deps);
  }

  setLanes(actor: Actor, input: Inputs['lanes']['set']): CommandResult<{ lanes: LaneRadioView[] }> {
    const { walkTestId } = input;
    const walk = walkTestId === undefined ? null : this.walkReport(walkTestId);
    if (walk !== null && !walk.ok) return walk;
    return setLanes(this.#deps, actor, input, walk?.value.report ?? null);
  }

  // ---- walk test ---------------------------------------------------------------------------------

  walkState(): WalkState {
    return this.#walk.state();
  }

  startWalk(actor: Actor, input: Inputs['walkTest']['start']): CommandResult<WalkState> {
    return this.#walk.start(actor, input);
  }

  markWalk(input: Inputs['walkTest']['mark']): CommandResult<WalkState> {
    return this.#walk.mark(input);
  }

  takeMarkBack(input: Inputs['walkTest']['takeBack']): CommandResult<WalkState> {
    return this.#walk.takeBack(input);
  }

  finishWalk(
    actor: Actor,
    input: Inputs['walkTest']['finish'],
  ): Promise<CommandResult<{ report: WalkReport }>> {
    return this.#walk.finish(actor, input);
  }

  cancelWalk(actor: Actor, input: Inputs['walkTest']['cancel']): CommandResult<WalkState> {
    return this.#walk.cancel(actor, input);
  }

  /**
   * A walk that was done before this station was there is judged like any other, and its proposal used.
   *
   * @returns whether it was: not where a report is kept already
   */
  async takeWalk(actor: Actor, walk: WalkedBefore): Promise<boolean> {
    if (this.walkReports().length > 0) return false;
    const taken = await this.#walk.take(actor, walk);
    if (!taken.ok) return false;
    const { testId, lanes } = taken.value.report;
    const chosen = lanes.map(({ laneId, suggested }) => ({ laneId, receivers: suggested }));
    return this.setLanes(actor, { idempotencyKey: newId(), lanes: chosen, walkTestId: testId }).ok;
  }

  walkReports(): WalkReportHead[] {
    return this.#walk.reports();
  }

  walkReport(testId: string): CommandResult<{ report: WalkReport }> {
    return this.#walk.report(testId);
  }

  // ---- recordings --------------------------------------------------------------------------------

  async recordings(): Promise<{ recordings: RecordingView[]; freeMb: number | null }> {
    return { recordings: await this.#recordings.list(), freeMb: await this.#recordings.freeMb() };
  }

  startRecording(
    actor: Actor,
    input: Inputs['recording']['start'],
  ): Promise<CommandResult<{ recording: RecordingView }>> {
    return this.#once.run<Promise<CommandResult<{ recording: RecordingView }>>>(
      input.idempotencyKey,
      async () => {
        const started = await this.#recordings.start(input.scrambleAddresses);
        if (!started.ok) return refused(started.error);
        const { recordingId, scrambled } = started.value;
        const kept = this.#note(actor, 'recording.start', input, 'recording-started', {
          recordingId,
          scrambled,
        });
        if (kept.ok) {
          await this.#recordings.forgetOldest(recordingId);
          return ok({ recording: started.value });
        }
        // Nobody could be told later who recorded here: then it is not recorded.
        await this.#recordings.discard();
        return kept;
      },
    );
  }

  stopRecording(
    actor: Actor,
    input: Inputs['recording']['stop'],
  ): Promise<CommandResult<{ recording: RecordingView }>> {
    return this.#once.run<Promise<CommandResult<{ recording: RecordingView }>>>(
      input.idempotencyKey,
      async () => {
        const stopped = await this.#recordings.stop();
        if (!stopped.ok) return refused(stopped.error);
        const { recordingId, ended } = stopped.value;
        const kept = this.#note(actor, 'recording.stop', input, 'recording-stopped', { recordingId, ended });
        return kept.ok ? ok({ recording: stopped.value }) : kept;
      },
    );
  }

  /** @returns what the board would have shown, as it goes; ends early when `signal` says so. */
  async replay(
    recordingId: string,
    speed: number | null,
    signal: AbortSignal | undefined,
  ): Promise<CommandResult<AsyncGenerator<ReplayEvent, void, void>>> {
    const manifest = await this.#recordings.manifest(recordingId);
    if (manifest === null) return refused('recording-not-found');
    if (manifest.ended === 'recording') return refused('recording-running');
    const files = manifest.places.flatMap(({ receiverId, firstReportAtMs }) => {
      const path = this.#recordings.pathOf(manifest, receiverId);
      return path === null
        ? []
        : [{ receiverId, path, firstReportAtMs: firstReportAtMs ?? interruptedAt(manifest) }];
    });
    const { clock, core, radio } = this.#deps;
    const { startedAtMs, endedAtMs } = manifest;
    return ok(
      playRecording({
        files,
        startedAtMs,
        durationMs: endedAtMs === null ? null : endedAtMs - startedAtMs,
        lanes: radio.laneSettings(),
        jackOf: (code, atMs) => core.visits.jackOf(code, atMs),
        speed,
        clock,
        signal,
      }),
    );
  }

  async readRecording(
    input: Inputs['recording']['read'],
  ): Promise<CommandResult<{ base64: string; nextOffset: number | null }>> {
    const read = await this.#recordings.read(input.recordingId, input.receiverId, input.offset);
    return read.ok ? read : refused(read.error);
  }

  // ---- test beacon -------------------------------------------------------------------------------

  beacon(): TestBeaconView {
    return this.#deps.radio.beacon();
  }

  setBeacon(actor: Actor, input: Inputs['testBeacon']['set']): CommandResult<TestBeaconView> {
    const { core, clock } = this.#deps;
    const code = parseBeaconCode(input.code);
    if (code === null) return refused('code-not-heard');
    const unfit = unfitForBeacon(code, core.visits.knowsCode(code, clock.nowMs()));
    if (unfit !== null) return refused(unfit);
    const silentAfterMs = input.silentAfterMs ?? beaconSilentAfterMs;
    return this.#keepBeacon(actor, 'testBeacon.set', input, { code, silentAfterMs });
  }

  clearBeacon(actor: Actor, input: Inputs['testBeacon']['clear']): CommandResult<TestBeaconView> {
    return this.#keepBeacon(actor, 'testBeacon.clear', input, {
      code: null,
      silentAfterMs: beaconSilentAfterMs,
    });
  }

  #keepBeacon(
    actor: Actor,
    name: 'testBeacon.set' | 'testBeacon.clear',
    input: Inputs['testBeacon']['clear'],
    beacon: { code: BeaconCode | null; silentAfterMs: number },
  ): CommandResult<TestBeaconView> {
    const entry = {
      key: testBeaconKey,
      journal: 'test-beacon-changed',
      details: { set: beacon.code !== null },
      parts: [testBeaconKey],
    };
    const kept = this.#deps.core.settings.keep(actor, name, input, entry, (text) => {
      const now = { code: keptBeacon(text).code };
      const seen = input.seen === undefined ? undefined : { code: input.seen as BeaconCode | null };
      if (changedMeanwhile(now, seen, { code: beacon.code }).length > 0) return err('changed-meanwhile');
      return ok({ value: JSON.stringify(beacon), answer: '' });
    });
    if (!kept.ok) return kept;
    const now = keptBeacon(this.#deps.core.settings.recall(testBeaconKey));
    this.#deps.radio.setBeacon(now.code, now.silentAfterMs);
    return ok(this.beacon());
  }

  // ---- diagnostics -------------------------------------------------------------------------------

  diagnostics(): Promise<DiagnosticsBundle> {
    return diagnosticsBundle({ ...this.#deps, lanes: this.lanes(), startedAtMs: this.#startedAtMs });
  }

  async close(): Promise<void> {
    this.#walk.close();
    await this.#recordings.close();
  }

  /** Who did it and when; nothing else is kept of it. */
  #note(
    actor: Actor,
    name: 'recording.start' | 'recording.stop',
    input: { idempotencyKey: string },
    journal: string,
    details: Record<string, unknown>,
  ): CommandResult<string> {
    const entry = { key: 'recording.last', journal, details };
    return this.#deps.core.settings.keep<string>(actor, name, input, entry, () =>
      ok({ value: JSON.stringify(details), answer: '' }),
    );
  }

  #keepBook(
    actor: Actor,
    name: 'receivers.add' | 'receivers.rename' | 'receivers.remove',
    input: { idempotencyKey: string },
    details: Record<string, unknown>,
    change: (
      book: ReceiverBook,
    ) => { ok: true; value: { book: ReceiverBook; answer: string } } | { ok: false; error: RefusalReason },
  ): CommandResult<string> {
    const parts = [`${receiverBookKey}/${details.receiverId ?? ''}`];
    const entry = { key: receiverBookKey, journal: 'receivers-changed', details, parts };
    return this.#deps.core.settings.keep<string>(actor, name, input, entry, (text) => {
      const changed = change(parseReceiverBook(text));
      if (!changed.ok) return err(changed.error);
      return ok({ value: JSON.stringify(changed.value.book), answer: changed.value.answer });
    });
  }
}

/** Loaded when it is first needed, as the drivers are. */
async function portOfMachine(options: { path: string; baudRate: number }): Promise<SerialLine> {
  const { createPortLine } = await import('../../drivers/serial/index.ts');
  return createPortLine(options);
}

const isRecording = (spec: string): boolean => spec.startsWith('replay:');

/** A recording cut off by a power cut does not know its first reports: its files begin together. */
function interruptedAt({ ended, startedAtMs }: RecordingView): number | null {
  return ended === 'interrupted' ? startedAtMs : null;
}
