/**
 * The way of the data from the receivers to the core:
 *
 *   link ──report──▶ decode frame ──code──▶ PresenceEngine ──changes──▶ core.visits.applyPresence
 *                    (strangers end here)        ▲ tick, whose code it is (one track per car, not per code)
 *                                                └ newest level per code, twice a second ──▶ core.visits.heard
 *
 * The path of one report allocates nothing for a stranger's advertisement and logs nothing.
 */
import {
  type AdvertisingReport,
  beaconCodeOf,
  decodeBeaconFrame,
  type ReceiverFactory,
} from '../../drivers/index.ts';
import { type BeaconCode, type Cancel, type Clock, every } from '../../shared/domain/index.ts';
import type {
  DiagnosticsBundle,
  Lane,
  ReceiverView,
  TestBeaconView,
} from '../../shared/station-contract/index.ts';
import type { VisitsApi } from '../core/types.ts';
import { type LaneSettings, type PresenceChange, PresenceEngine, parseLearned } from '../presence/index.ts';
import { errorFields, type Log } from '../setup/index.ts';
import { type HealthEntry, HealthHistory } from './health-history.ts';
import { type LaneReceivers, laneSettings } from './lane-map.ts';
import type { LinkHealth } from './link-stability.ts';
import type { NamedSpec } from './named-spec.ts';
import { OwedChanges } from './owed-changes.ts';
import { judgeRadio, type RadioStatus } from './radio-status.ts';
import { SupervisedLink } from './supervised-link.ts';
import { TestBeacon } from './test-beacon.ts';

/** Told of every report, and of the code in it where there is one. On the hot path: be quick. */
export type ReportTap = (report: AdvertisingReport, code: BeaconCode | null) => void;

export interface RadioReceiver extends NamedSpec {
  /** null: the specification names nothing this machine has; `reason` says why. */
  factory: ReceiverFactory | null;
  reason: string | null;
  /** What people call it; without one its id. */
  name?: string;
}

export interface RadioOptions {
  receivers: readonly RadioReceiver[];
  lanes: readonly Lane[];
  chosen: LaneReceivers;
  visits: Pick<VisitsApi, 'applyPresence' | 'heard' | 'presencesToRestore' | 'setTracks'>;
  /** Where what the lanes learned of their cars outlives a restart; without it, each start learns anew. */
  memory?: { recall(): string | null; remember(text: string): void };
  clock: Clock;
  /** Was the clock corrected? Asked before a moment is judged; answered by {@link Radio.clockCorrected}. */
  followClock?: () => void;
  log: Log;
  random?: () => number;
  onStatus: (status: RadioStatus) => void;
  onReceivers: (receivers: ReceiverView[]) => void;
  silentMs?: number;
}

/** No report is on its way longer. */
const strayStampMs = 10_000;
const tickMs = 500;
const viewMs = 1_000;
/** What was learned is kept so often: a power cut costs no more than that. */
const keepLearnedMs = 5 * 60_000;
const maxHeardBetweenTicks = 4_096;

interface Station {
  receiver: RadioReceiver;
  link: SupervisedLink | null;
  health: LinkHealth;
  /** What the log and the history were told last: its state, and why it failed. */
  told: string | null;
  reportsAtLastView: number;
  reportsPerSecond: number;
}

export class Radio {
  readonly #options: RadioOptions;
  #stations: Station[] = [];
  readonly #heard = new Map<BeaconCode, AdvertisingReport>();
  readonly #taps = new Set<ReportTap>();
  readonly #beacon = new TestBeacon();
  readonly #history = new HealthHistory();
  #lanes: readonly Lane[];
  #chosen: LaneReceivers;
  #engine: PresenceEngine;
  /** What was last kept of the lanes' experience, as text. */
  #learned: string;
  #status: RadioStatus;
  #cancels: Cancel[] = [];
  #lastViewAtMs: number;
  #failedChanges = 0;
  readonly #owed = new OwedChanges();

  constructor(options: RadioOptions) {
    this.#options = options;
    this.#lastViewAtMs = options.clock.nowMs();
    this.#lanes = options.lanes;
    this.#chosen = options.chosen;
    this.#engine = new PresenceEngine({ lanes: this.#laneSettings(options.receivers) });
    this.#learned = options.memory?.recall() ?? '';
    this.#recall(options.receivers);
    this.#engine.restore(options.visits.presencesToRestore(), options.clock.nowMs());
    options.visits.setTracks({
      sameCar: (code, jackId) => this.#sameCar(code, jackId),
      stoodIn: (codes, laneId) => {
        codes.findLast((code) => this.#engine.stoodIn(code, laneId));
      },
    });
    this.#stations = options.receivers.map((receiver) => this.#station(receiver));
    this.#status = this.#judgeStatus();
  }

  start(): void {
    const { clock } = this.#options;
    for (const { link } of this.#stations) link?.start();
    this.#cancels = [
      every(clock, tickMs, () => this.#tick()),
      every(clock, viewMs, () => this.#view()),
      every(clock, keepLearnedMs, () => this.#keepLearned()),
    ];
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels) cancel();
    this.#keepLearned();
    await Promise.all(this.#stations.map(({ link }) => link?.stop()));
  }

  status(): RadioStatus {
    return this.#status;
  }

  receivers(): ReceiverView[] {
    return this.#stations.map(({ receiver, link, health, reportsPerSecond }) => ({
      receiverId: receiver.receiverId,
      name: receiver.name ?? receiver.receiverId,
      kind: receiver.spec.split(':', 1)[0] ?? receiver.spec,
      spec: receiver.spec,
      health,
      reportsPerSecond,
      discardedBytes: link?.discardedBytes ?? 0,
      lastReportAtMs: link?.lastReportAtMs == null ? null : Math.round(link.lastReportAtMs),
    }));
  }

  /** The site's lanes changed: the cars that are here stay here. */
  setLanes(lanes: readonly Lane[], chosen: LaneReceivers): void {
    if (keyOf(lanes, chosen) === keyOf(this.#lanes, this.#chosen)) return;
    this.#lanes = lanes;
    this.#chosen = chosen;
    this.#renewEngine();
  }

  /** Which receivers stand at which lane now, and with what limits. */
  laneSettings(): LaneSettings[] {
    return this.#laneSettings(this.#stations.map(({ receiver }) => receiver));
  }

  /** One more receiver, heard from at once. */
  add(receiver: RadioReceiver): void {
    const station = this.#station(receiver);
    this.#stations = [...this.#stations, station];
    this.#renewEngine();
    station.link?.start();
    this.#publish();
  }

  /** Its link is closed and its port free when this settles. */
  async remove(receiverId: string): Promise<void> {
    const station = this.#stations.find(({ receiver }) => receiver.receiverId === receiverId);
    if (station === undefined) return;
    this.#stations = this.#stations.filter((other) => other !== station);
    this.#renewEngine();
    this.#publish();
    await station.link?.stop();
  }

  rename(receiverId: string, name: string): void {
    this.#stations = this.#stations.map((station) =>
      station.receiver.receiverId === receiverId
        ? Object.assign(station, { receiver: { ...station.receiver, name } })
        : station,
    );
    this.#publish();
  }

  /** Hears along with the presence engine. @returns the way to stop. */
  tap(listener: ReportTap): () => void {
    this.#taps.add(listener);
    return () => this.#taps.delete(listener);
  }

  explain(code: BeaconCode): PresenceChange | null {
    return this.#engine.explain(code);
  }

  /** What a walk test found out, lane by lane; kept at once. */
  teach(lessons: readonly { laneId: string; levels: Record<string, number>; lesson: string }[]): void {
    for (const { laneId, levels, lesson } of lessons) this.#engine.teach(laneId, levels, lesson);
    this.#keepLearned();
  }

  presence(): DiagnosticsBundle['presence'] {
    const { evicted, refused } = this.#engine.snapshot();
    return { trackedCodes: this.#engine.trackedCodes, evicted, refused };
  }

  healthHistory(): HealthEntry[] {
    return this.#history.entries();
  }

  setBeacon(code: BeaconCode | null, silentAfterMs: number): void {
    this.#beacon.set(code, silentAfterMs, this.#options.clock.nowMs());
    this.#judge();
  }

  beacon(): TestBeaconView {
    return this.#beacon.view(this.#options.clock.nowMs());
  }

  #laneSettings(receivers: readonly RadioReceiver[]): LaneSettings[] {
    return laneSettings(this.#lanes, receivers, this.#chosen);
  }

  #renewEngine(): void {
    const stays = this.#engine.stays();
    this.#keepLearned();
    this.#engine = new PresenceEngine({ lanes: this.laneSettings() });
    this.#recall(this.#stations.map(({ receiver }) => receiver));
    this.#engine.restore(stays, this.#options.clock.nowMs());
    for (const station of this.#stations) this.#tellEngine(station);
  }

  #recall(receivers: readonly RadioReceiver[]): void {
    const learned = parseLearned(this.#learned);
    if (learned !== null)
      this.#engine.recall(
        learned,
        receivers.map(({ receiverId }) => receiverId),
      );
  }

  #keepLearned(): void {
    const text = JSON.stringify(this.#engine.learned());
    if (text === this.#learned) return;
    this.#learned = text;
    try {
      this.#options.memory?.remember(text);
    } catch (error) {
      // It is learned again; a full disk says so elsewhere.
      this.#options.log('presence.failed', { state: 'learned', ...errorFields(error) });
    }
  }

  #publish(): void {
    this.#judge();
    this.#options.onReceivers(this.receivers());
  }

  #station(receiver: RadioReceiver): Station {
    const { clock, random, silentMs } = this.#options;
    const sinceMs = clock.nowMs();
    const station: Station = {
      receiver,
      link: null,
      health:
        receiver.factory === null
          ? { state: 'failed', sinceMs, reason: receiver.reason ?? 'unsupported-here', retryAtMs: null }
          : { state: 'starting', sinceMs },
      told: null,
      reportsAtLastView: 0,
      reportsPerSecond: 0,
    };
    if (receiver.factory !== null) {
      station.link = new SupervisedLink({
        factory: receiver.factory,
        clock,
        random: random ?? Math.random,
        mayEnd: receiver.spec.startsWith('replay:'),
        silentMs,
        onEvent: (event) => {
          if (event.type === 'report') this.#report(event.report);
        },
        onHealth: (health) => this.#onHealth(station, health),
      });
    }
    this.#tellEngine(station);
    return station;
  }

  #report(report: AdvertisingReport): void {
    const frame = decodeBeaconFrame(report.data);
    const code = frame === null ? null : beaconCodeOf(frame);
    if (this.#taps.size > 0) for (const tap of this.#taps) tap(report, code);
    if (code === null) return;
    if (code === this.#beacon.code) {
      this.#beacon.heard(report.atMs);
      return;
    }
    this.#options.followClock?.();
    const changes = this.#engine.sighting({
      code,
      receiverId: report.receiverId,
      rssiDbm: report.rssiDbm,
      atMs: this.#heardAtMs(report.atMs),
    });
    if (changes.length > 0) this.#apply(changes);
    if (this.#heard.size < maxHeardBetweenTicks || this.#heard.has(code)) this.#heard.set(code, report);
  }

  /** The machine's clock was corrected by so much: no car has waited longer or shorter for it. */
  clockCorrected(byMs: number): void {
    this.#engine.clockCorrected(byMs);
    this.#beacon.clockCorrected(byMs);
    this.#lastViewAtMs += byMs;
  }

  /** A stamp that was made before the clock was corrected and read after it would be taken for a correction itself. */
  #heardAtMs(atMs: number): number {
    const nowMs = this.#options.clock.nowMs();
    return Math.abs(nowMs - atMs) > strayStampMs ? nowMs : atMs;
  }

  #tick(): void {
    const { clock, visits } = this.#options;
    this.#options.followClock?.();
    this.#owed.settle((change) => this.#tryApply(change));
    this.#apply(this.#engine.tick(clock.nowMs()));
    for (const [code, report] of this.#heard) {
      const change = this.#engine.explain(code);
      // A jack is known by the newest of its codes.
      if (change !== null) visits.heard(change.code, change.rssiDbm, Math.round(report.atMs));
    }
    this.#heard.clear();
  }

  /** The core found out whose code it is; what the car's track makes of it is told before this returns. */
  #sameCar(code: BeaconCode, jackId: string): boolean {
    const changes = this.#engine.sameCar(code, jackId, this.#options.clock.nowMs());
    this.#apply(changes);
    return changes.some((change) => change.code === code);
  }

  #apply(changes: readonly PresenceChange[]): void {
    for (const change of changes) {
      // What happened to a car is told in order.
      if (this.#owed.has(change.code) || !this.#tryApply(change)) this.#owed.owe(change);
    }
  }

  #tryApply(change: PresenceChange): boolean {
    try {
      this.#options.visits.applyPresence(change);
      return true;
    } catch (error) {
      // The first and then every thousandth: a full disk must not fill what is left of it.
      if (this.#failedChanges++ % 1_000 === 0) {
        this.#options.log('presence.failed', { state: change.state, ...errorFields(error) });
      }
      return false;
    }
  }

  #onHealth(station: Station, health: LinkHealth): void {
    const { log } = this.#options;
    const receiverId = station.receiver.receiverId;
    const reason = health.state === 'failed' ? health.reason : undefined;
    const now = reason === undefined ? health.state : `${health.state}: ${reason}`;
    // Not each of the attempts at a cable that is out all night: what an attempt came to is told where it is news.
    const isAttempt = health.state === 'starting' && station.told !== null;
    if (!isAttempt && now !== station.told) {
      station.told = now;
      const isAlarm = health.state === 'silent' || health.state === 'unstable';
      log(isAlarm ? 'receiver.alarm' : 'receiver.health', { receiverId, state: health.state, reason });
      this.#history.add(receiverId, health, this.#options.clock.nowMs());
    } else if (health.state === 'unstable') this.#history.add(receiverId, health, health.sinceMs);
    station.health = health;
    // A receiver that was taken out says its last word here: it is nobody's any more.
    if (!this.#stations.includes(station)) return;
    this.#tellEngine(station);
    this.#publish();
  }

  #judge(): void {
    const status = this.#judgeStatus();
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    this.#options.onStatus(status);
  }

  #tellEngine({ receiver, health }: Station): void {
    const hears = health.state === 'healthy' || (health.state === 'unstable' && health.connected);
    if (hears) this.#engine.receiverUp(receiver.receiverId);
    else this.#engine.receiverDown(receiver.receiverId);
  }

  #view(): void {
    const nowMs = this.#options.clock.nowMs();
    const seconds = Math.max(0.001, (nowMs - this.#lastViewAtMs) / 1000);
    this.#lastViewAtMs = nowMs;
    let changed = false;
    for (const station of this.#stations) {
      const reports = station.link?.reports ?? 0;
      const rate = Math.round(((reports - station.reportsAtLastView) / seconds) * 10) / 10;
      changed ||= rate !== station.reportsPerSecond || rate > 0;
      station.reportsAtLastView = reports;
      station.reportsPerSecond = rate;
    }
    if (changed) this.#options.onReceivers(this.receivers());
    this.#judge();
  }

  #judgeStatus(): RadioStatus {
    const receivers = this.#stations.map(({ receiver, health }) => ({
      receiverId: receiver.receiverId,
      health,
    }));
    const beaconSilentSinceMs = this.#beacon.silentSinceMs(this.#options.clock.nowMs());
    return judgeRadio(receivers, beaconSilentSinceMs, this.laneSettings());
  }
}

function keyOf(lanes: readonly Lane[], chosen: LaneReceivers): string {
  return JSON.stringify([lanes.map(({ laneId, kind }) => [laneId, kind]), chosen]);
}
