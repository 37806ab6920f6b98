/**
 * From presence to visits:
 *
 *   PresenceChange { code, state } ─→ code of a live visit? ──────────────────────────→ that visit
 *                                  ─→ on the expected list? ──→ visit of that car ────→ or a new one
 *                                  ─→ else from `approaching` on: ask the server ─────→ known: as above
 *                                                                                 └───→ unknown: forgotten
 * Whose code it is is told to the presence engine first: a further code of a car that is here (a rotating
 * jack) goes on with that car's track, and comes back as that track's word.
 * Unknown codes are never stored: they live in bounded memory, for minutes.
 */
import type { BeaconCode } from '../../shared/domain/index.ts';
import type { ExpectedCar } from '../../shared/server-contract/index.ts';
import type { PresenceTracks, Resolver, ServerAnswer } from '../core/types.ts';
import type { PresenceChange, RestoredPresence } from '../presence/types.ts';
import type { Records, Tx, VisitRecord } from '../records/index.ts';
import { arrive, depart } from './arrivals.ts';
import { combinePresence } from './combine-presence.ts';
import { isAwaited } from './is-awaited.ts';
import { hasOpenJob, isOpenPickup } from './jobs.ts';
import { LevelTeller } from './level-teller.ts';
import { emptyVisit, nowKnown, reopened, withCar, withPreorders } from './new-visit.ts';
import { visitBounds, visitDelays } from './visit-delays.ts';

/** A visit that was closed while its car was still there. */
class Served {
  readonly visitId: string;
  readonly #records: Records;
  #stay: { jackId: string | null; closedAtMs: number | null } | null = null;

  constructor(visitId: string, records: Records) {
    this.visitId = visitId;
    this.#records = records;
  }

  /** Whose stay it was and when it ended. Read once: what is closed changes no more, and every strange code asks. */
  get stay() {
    if (this.#stay === null) {
      const visit = this.#records.visits.load(this.visitId);
      this.#stay = { jackId: visit?.jackId ?? null, closedAtMs: visit?.closed?.atMs ?? null };
    }
    return this.#stay;
  }
}

export class PresenceIntake {
  readonly #records: Records;
  #resolver: Resolver | null = null;
  #tracks: PresenceTracks | null = null;
  /** Codes of live visits and the last word about each. */
  readonly #tied = new Map<string, { visitId: string; change: PresenceChange | null }>();
  /** Codes of visits that were closed while the car was still there: they start no new visit. */
  readonly #served = new Map<string, Served>();
  /** Codes whose car is not known yet, with the last word about each. */
  readonly #unresolved = new Map<BeaconCode, { change: PresenceChange; askAtMs: number }>();
  /** Codes the server did not know, until when that is believed. Times of this map and the next are monotonic. */
  readonly #unknown = new Map<string, number>();
  readonly #asking = new Set<string>();
  readonly #levels: LevelTeller;

  constructor(records: Records) {
    this.#records = records;
    this.#levels = new LevelTeller(records);
    for (const visit of records.visits.live.values()) {
      for (const code of visit.codes) {
        if (visit.presence !== 'departed') this.#tied.set(code, { visitId: visit.visitId, change: null });
      }
    }
    const sinceMs = records.clock.nowMs() - visitDelays.longTimeoutMs;
    for (const { visitId, codes } of records.visits.codesStillHeard(sinceMs)) {
      for (const code of codes)
        if (!this.#tied.has(code)) this.#served.set(code, new Served(visitId, records));
    }
    records.clockCorrected.add((byMs) => {
      for (const tied of this.#tied.values()) tied.change = moved(tied.change, byMs);
      for (const entry of this.#unresolved.values()) entry.change = moved(entry.change, byMs);
    });
    records.seenStanding.add(({ visitId, laneId }) => {
      const codes = records.visits.get(visitId)?.codes ?? [];
      this.#tracks?.stoodIn(codes as BeaconCode[], laneId);
    });
    records.visitGone.add(({ visitId, presence }) => this.#visitGone(visitId, presence === 'departed'));
  }

  setResolver(resolver: Resolver | null): void {
    this.#resolver = resolver;
    this.tick();
  }

  setTracks(tracks: PresenceTracks): void {
    this.#tracks = tracks;
  }

  apply(change: PresenceChange): void {
    this.#records.byItself(() => this.#apply(change));
  }

  #apply(change: PresenceChange): void {
    const tied = this.#tied.get(change.code);
    if (tied) {
      tied.change = change;
      this.#update(tied.visitId, change);
      if (change.state === 'departed') this.#tied.delete(change.code);
      return;
    }
    if (change.state === 'departed') {
      this.#servedHasLeft(change.code);
      this.#unresolved.delete(change.code);
      return;
    }
    const car = this.#records.expected.byCode(change.code, change.lastHeardAtMs);
    if (car === null) {
      if (!this.#served.has(change.code)) this.#remember(change);
      return;
    }
    // Then the track of the car has said its word under this code by now.
    if (this.#tracks?.sameCar(change.code, car.jackId)) return;
    if (this.#isServed(car, change)) {
      this.#unresolved.delete(change.code);
      // Served and still standing there; only a new order is a new reason to show it.
      if (!this.#hasNewPreorder(car) && !this.#isAwaited(car)) return;
      this.#served.delete(change.code);
    }
    this.#attach(car, change);
  }

  /** The expected list or an event brought news: codes heard before may be known now. */
  retryUnresolved(): void {
    this.#records.byItself(() => this.#retryUnresolved());
  }

  #retryUnresolved(): void {
    for (const { change } of [...this.#unresolved.values()]) {
      const car = this.#records.expected.byCode(change.code, change.lastHeardAtMs);
      if (car !== null) this.#attachUnresolved(car, change.code);
    }
  }

  /** A new preorder for a car that was served and still stands there: it is shown again at its next word. */
  reconsider(jackId: string): void {
    const car = this.#records.expected.byJack(jackId);
    if (car === null || !this.#hasNewPreorder(car)) return;
    for (const [code, { stay }] of this.#served) {
      if (stay.jackId === jackId) this.#served.delete(code);
    }
  }

  /** Asks the server again about codes it could not be asked about. */
  tick(): void {
    const nowMs = this.#records.clock.monotonicMs();
    for (const [code, untilMs] of this.#unknown) if (untilMs <= nowMs) this.#unknown.delete(code);
    for (const code of this.#unresolved.keys()) this.#ask(code);
  }

  heard(code: BeaconCode, rssiDbm: number | null, atMs: number): void {
    const tied = this.#tied.get(code);
    if (tied) this.#levels.heard(tied.visitId, { rssiDbm, lastHeardAtMs: atMs });
  }

  close(): void {
    this.#levels.close();
  }

  toRestore(): RestoredPresence[] {
    const restored: RestoredPresence[] = [];
    for (const visit of this.#records.visits.live.values()) {
      // The code heard last: an earlier one of a rotating jack will not be heard again.
      const code = visit.codes.at(-1);
      if (code === undefined || visit.arrivedAtMs === null) continue;
      if (visit.presence !== 'arrived' && visit.presence !== 'parked') continue;
      restored.push({
        code: code as BeaconCode,
        state: visit.presence,
        laneId: visit.laneId,
        laneCandidates: [...visit.laneCandidates],
        ...(visit.jackId === null ? {} : { carKey: visit.jackId }),
        firstHeardAtMs: visit.firstHeardAtMs,
        arrivedAtMs: visit.arrivedAtMs,
        lastHeardAtMs: visit.lastHeardAtMs,
      });
    }
    return restored;
  }

  /** The visit of this car now, if there is one: what server news is applied to. */
  visitOfJack(jackId: string): VisitRecord | null {
    for (const visit of this.#records.visits.live.values()) if (visit.jackId === jackId) return visit;
    return null;
  }

  /** Kept, too: after a start it would else count as a car that still stands here, and not be shown when it comes back. */
  #servedHasLeft(code: string): void {
    const visitId = this.#served.get(code)?.visitId;
    if (visitId === undefined) return;
    this.#served.delete(code);
    if ([...this.#served.values()].some((served) => served.visitId === visitId)) return;
    this.#records.transact(null, (tx) => {
      const visit = tx.visit(visitId);
      if (!visit.visible) tx.put({ ...visit, presence: 'departed' });
    });
  }

  /** Its visit was closed during this very stay, maybe under an earlier code of the same jack. */
  #isServed(car: ExpectedCar, change: PresenceChange): boolean {
    if (this.#served.has(change.code)) return true;
    for (const served of this.#served.values()) {
      const { jackId, closedAtMs } = served.stay;
      if (jackId !== car.jackId || closedAtMs === null) continue;
      if (change.firstHeardAtMs > closedAtMs) continue;
      this.#served.set(change.code, served);
      return true;
    }
    return false;
  }

  #hasNewPreorder(car: ExpectedCar): boolean {
    return car.preorders.some(
      (p) =>
        (p.state === 'open' || p.state === 'ready') &&
        this.#records.visits.pickupOfPreorder(p.preorderId) === null,
    );
  }

  #isAwaited(car: ExpectedCar): boolean {
    const visit = this.visitOfJack(car.jackId);
    return visit !== null && isAwaited(visit);
  }

  /** A code whose car is known now: onto its visit, or a new one. */
  #attach(car: ExpectedCar, change: PresenceChange): void {
    this.#unresolved.delete(change.code);
    this.#unknown.delete(change.code);
    const visitId = this.#records.transact(null, (tx) => {
      const visit = this.#visitFor(tx, car, change);
      const codes = [...visit.codes.filter((c) => c !== change.code), change.code];
      const tied: VisitRecord = {
        ...visit,
        codes: codes.slice(-visitBounds.codesOfAVisit),
        codeBehaviour: car.codeBehaviour,
      };
      this.#judge(tx, tied, [...this.#changesOf(visit.visitId), change], change);
      return visit.visitId;
    });
    if (this.#records.visits.live.has(visitId)) this.#tied.set(change.code, { visitId, change });
    else this.#served.set(change.code, new Served(visitId, this.#records));
  }

  #visitFor(tx: Tx, car: ExpectedCar, change: PresenceChange): VisitRecord {
    const fresh = withCar(emptyVisit(tx, car.vehicle.plate, change.firstHeardAtMs), car);
    const here = tx
      .board()
      .find((v) => v.jackId === car.jackId || (v.jackId === null && v.plateNormal === fresh.plateNormal));
    if (here === undefined) {
      return withPreorders(tx, { ...fresh, codeBehaviour: car.codeBehaviour }, car.preorders);
    }
    if (isAwaited(here)) {
      // Known by the phone so far: from its first hearing on it is a car that is heard, like any other.
      const { firstHeardAtMs } = change;
      return withPreorders(tx, { ...here, knownBy: 'jack', firstHeardAtMs }, car.preorders);
    }
    const known = nowKnown(tx, here, car);
    if (known.closed === null) return withPreorders(tx, known, car.preorders);
    return withPreorders(tx, reopened(tx, known), car.preorders);
  }

  #update(visitId: string, change: PresenceChange): void {
    this.#records.transact(null, (tx) => {
      const visit = tx.visit(visitId);
      const codes = [...this.#changesOf(visitId).filter((c) => c.code !== change.code), change];
      this.#judge(tx, visit, codes, change);
    });
  }

  #judge(tx: Tx, visit: VisitRecord, codes: PresenceChange[], change: PresenceChange): void {
    const now = combinePresence(visit.arrivedAtMs !== null, codes, change);
    this.#records.levels.set(visit.visitId, { rssiDbm: change.rssiDbm, lastHeardAtMs: now.lastHeardAtMs });
    if (now.state === 'departed' && visit.arrivedAtMs === null && isStillComing(visit)) {
      // It drove by, or was taken for another: its driver is on the way all the same.
      tx.put({ ...visit, presence: 'approaching', knownBy: 'phone', codes: [] });
      return;
    }
    if (now.state === 'departed') {
      depart(
        tx,
        { ...visit, lastHeardAtMs: now.lastHeardAtMs },
        { rule: now.rule },
        now.rule === 'long-timeout',
      );
      return;
    }
    const moved = !visit.laneByStaff && (now.laneId !== null || now.laneCandidates.length > 0);
    const named = now.laneId === null ? now.laneCandidates : [now.laneId];
    let next: VisitRecord = {
      ...visit,
      presence: now.state,
      laneId: moved ? now.laneId : visit.laneId,
      laneCandidates: moved ? sameOr(visit.laneCandidates, now.laneCandidates) : visit.laneCandidates,
      heardLanes: moved ? sameOr(visit.heardLanes, named) : visit.heardLanes,
      lastHeardAtMs: now.lastHeardAtMs,
    };
    const opened = !this.#records.visits.isStored(visit.visitId);
    if (opened && now.state !== 'tentative') {
      tx.journal('visit-opened', visit.visitId, {
        knownBy: visit.knownBy,
        preorders: visit.pickups.map((p) => p.number),
      });
    }
    const isHere = now.state === 'arrived' || now.state === 'parked';
    if (isHere && visit.arrivedAtMs === null) next = arrive(tx, next, { rule: now.rule });
    else if (isHere && visit.presence !== now.state) {
      tx.journal(now.state === 'parked' ? 'visit-parked' : 'visit-heard-again', visit.visitId, {
        rule: now.rule,
      });
    } else if (isHere && visit.laneId !== next.laneId) {
      tx.journal('lane-changed', visit.visitId, { from: visit.laneId, to: next.laneId, rule: now.rule });
    }
    tx.put(next);
  }

  #changesOf(visitId: string): PresenceChange[] {
    const changes: PresenceChange[] = [];
    for (const tied of this.#tied.values()) {
      if (tied.visitId === visitId && tied.change !== null) changes.push(tied.change);
    }
    return changes;
  }

  #visitGone(visitId: string, departed: boolean): void {
    for (const [code, tied] of this.#tied) {
      if (tied.visitId !== visitId) continue;
      this.#tied.delete(code);
      if (!departed && tied.change?.state !== 'departed')
        this.#served.set(code, new Served(visitId, this.#records));
    }
  }

  // ---- codes nobody told us of ----

  #remember(change: PresenceChange): void {
    const before = this.#unresolved.get(change.code);
    if (before === undefined && change.state === 'tentative') return;
    this.#unresolved.delete(change.code);
    this.#unresolved.set(change.code, { change, askAtMs: before?.askAtMs ?? -Infinity });
    evictOldest(this.#unresolved, visitBounds.unresolvedCodes);
    this.#ask(change.code);
  }

  #ask(code: BeaconCode): void {
    const entry = this.#unresolved.get(code);
    const resolver = this.#resolver;
    const nowMs = this.#records.clock.monotonicMs();
    if (resolver === null || entry === undefined || entry.askAtMs > nowMs) return;
    if (this.#unknown.has(code) || this.#asking.has(code) || this.#asking.size >= visitBounds.asksAtOnce)
      return;
    this.#asking.add(code);
    entry.askAtMs = nowMs + visitDelays.askAgainMs;
    void this.#answerOf(resolver, code, entry.change);
  }

  async #answerOf(resolver: Resolver, code: BeaconCode, change: PresenceChange): Promise<void> {
    let answer: ServerAnswer;
    try {
      answer = await resolver.askServer(code, change.lastHeardAtMs, change.laneId);
    } catch {
      answer = { kind: 'unreachable' };
    }
    this.#asking.delete(code);
    switch (answer.kind) {
      case 'unreachable':
        return;
      case 'unknown':
        this.#unresolved.delete(code);
        this.#unknown.set(code, this.#records.clock.monotonicMs() + visitDelays.unknownKeptMs);
        evictOldest(this.#unknown, visitBounds.unknownCodes);
        return;
      case 'known': {
        const { car } = answer;
        this.#records.byItself(() => this.#resolved(code, car));
        return;
      }
    }
  }

  #resolved(code: BeaconCode, car: ExpectedCar): void {
    this.#records.transact(null, (tx) => {
      const validToMs = car.codeBehaviour === 'rotating' ? tx.nowMs + 3_600_000 : null;
      tx.records.expected.keep(car, { code, jackId: car.jackId, validFromMs: null, validToMs }, tx.nowMs);
    });
    this.#attachUnresolved(car, code);
  }

  /** Now it is known whose code it is. */
  #attachUnresolved(car: ExpectedCar, code: BeaconCode): void {
    if (this.#tracks?.sameCar(code, car.jackId)) return;
    // It may have driven on while the server thought about it.
    const entry = this.#unresolved.get(code);
    if (entry !== undefined) this.#attach(car, entry.change);
  }
}

/** Closes what lingers: done and silent, left long ago, or never heard of again. */
export function closeLingering(records: Records): void {
  const nowMs = records.clock.nowMs();
  for (const visit of [...records.visits.live.values()]) {
    const silentMs =
      nowMs - Math.max(visit.lastHeardAtMs, records.levels.get(visit.visitId)?.lastHeardAtMs ?? 0);
    if (visit.closed === null && silentMs > visitDelays.longTimeoutMs) {
      records.transact(
        null,
        (tx) => void depart(tx, tx.visit(visit.visitId), { rule: 'long-timeout' }, true),
      );
    } else if (visit.closed === null && visit.doneAtMs !== null && !hasOpenJob(visit)) {
      const heard = visit.presence === 'arrived' && visit.codes.length > 0;
      if (heard || nowMs - visit.doneAtMs < Math.max(visitDelays.doneLingerMs, records.site.undoMs)) continue;
      records.transact(null, (tx) => {
        tx.journal('visit-closed', visit.visitId, { how: 'completed' });
        tx.put({
          ...tx.visit(visit.visitId),
          closed: { atMs: tx.nowMs, how: 'completed' },
          visible: false,
          claimedBy: null,
        });
      });
    } else if (
      visit.closed?.how === 'left-without-service' &&
      nowMs - visit.closed.atMs > visitDelays.leftLingerMs
    ) {
      records.transact(null, (tx) => {
        tx.journal('visit-put-away', visit.visitId);
        tx.put({ ...tx.visit(visit.visitId), visible: false, claimedBy: null });
      });
    }
  }
}

const isStillComing = ({ pickups }: VisitRecord): boolean =>
  pickups.some((pickup) => isOpenPickup(pickup) && pickup.onTheWay !== null);

/** The wall clock was corrected. */
function moved<T extends PresenceChange | null>(change: T, byMs: number): T {
  if (change === null) return change;
  const { firstHeardAtMs, lastHeardAtMs } = change;
  return { ...change, firstHeardAtMs: firstHeardAtMs + byMs, lastHeardAtMs: lastHeardAtMs + byMs };
}

function sameOr(before: readonly string[], now: readonly string[]): readonly string[] {
  return before.length === now.length && before.every((lane, i) => lane === now[i]) ? before : now;
}

/** Maps keep their order of insertion: the first is the oldest. */
function evictOldest(map: Map<string, unknown>, bound: number): void {
  for (const key of map.keys()) {
    if (map.size <= bound) return;
    map.delete(key);
  }
}
