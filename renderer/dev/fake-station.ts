/**
 * A station in memory, typed by the same contract: a twin for component tests and the component
 * page, never shipped. It keeps the rules a screen can run into (PINs, checks, undo, pumps in use,
 * idempotency keys) and leaves the rest to the real one. Physical verbs move it: `arrives`, `cut`.
 */
import { implement, ORPCError, withEventMeta } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import {
  amountForVolume,
  mayChooseByItself,
  newId,
  parsePlateDigits,
  plateTail,
  volumeForAmount,
} from '../../shared/domain/index.ts';
import {
  type AttentionItem,
  type BackupView,
  type BoardEvent,
  type JournalEntry,
  type LogSummary,
  type Person,
  type RefusalReason,
  type ShiftReport,
  type SiteSettings,
  type StationStatus,
  stationContract,
  type VisitView,
} from '../../shared/station-contract/index.ts';
import { changedMeanwhile } from '../../shared/station-facts/index.ts';
import type { Headers } from '../station/wire.ts';
import { type OpenWire, portWire } from '../station/wire.ts';
import { FakeCarts } from './fake-carts.ts';
import { fakeCharges } from './fake-charges.ts';
import { fakeDailyLog } from './fake-daily-log.ts';
import { fakeAbilities, fakeDevices } from './fake-devices.ts';
import type { Told } from './fake-follow-ups.ts';
import { FakeInstaller } from './fake-installer.ts';
import { fakeReceivers, fakeSite, fakeVisits, healthyStatus, minji, people } from './fake-lot.ts';
import { FakeMenu } from './fake-menu.ts';

export const fakePin = '2580';

type Refused = { data: { reason: RefusalReason; by?: Person | null } };

export const misbehaviours = ['never', 'fails', 'forbidden'] as const;
export type Misbehaviour = (typeof misbehaviours)[number];

export class FakeStation {
  readonly visits = new Map<string, VisitView>();
  readonly installer = new FakeInstaller();
  readonly carts = new FakeCarts(Date.now());
  readonly menu = new FakeMenu();
  site = structuredClone(fakeSite);
  status: StationStatus;
  /** How many commands each procedure has carried out (not counting repeats). */
  readonly done: string[] = [];
  #events: BoardEvent[] = [];
  #watchers = new Set<() => void>();
  #answers = new Map<string, unknown>();
  #staff = people.map((person) => ({ ...person, retired: false, lockedUntilMs: null as number | null }));
  retentionDays = 90;
  /** Who was here earlier today and has left, newest first: in the daily log only. */
  past: readonly VisitView[] = [];
  followUpsTold: Told = 'now';
  /** What a shift that is opened from now on has sold, as far as it is not nothing. */
  shiftReport: Partial<ShiftReport> = {};
  /** What of the daily log's sums is not as its visits make it. */
  summary: Partial<LogSummary> = {};
  readonly #ended = new Set<string>();
  #wrongPins = 0;
  #backups: BackupView[] = [];
  /** The bytes of a file that was brought along. */
  readonly uploaded: number[] = [];
  #ports = new Set<MessagePort>();
  #journal: JournalEntry[] = [];
  /** Who saved the site last, at another kiosk. */
  changedBy: Person | null = null;
  #me: Person = minji;
  /** While true no wire can be opened. */
  down = false;
  /** What does not answer as usual, by `area` or `area.procedure`. */
  readonly misbehaves = new Map<string, Misbehaviour>();
  /** Extra time before each command answers, in milliseconds. */
  answerAfterMs = 0;

  constructor(visits?: VisitView[]) {
    const nowMs = Date.now();
    this.status = healthyStatus(nowMs);
    for (const visit of visits ?? fakeVisits(nowMs)) this.visits.set(visit.visitId, visit);
  }

  /** A wire to this station, as the kiosk opens one. */
  readonly openWire =
    (headers: Headers): OpenWire =>
    async () => {
      if (this.down) throw new Error('the fake station is down');
      const { port1, port2 } = new MessageChannel();
      new RPCHandler(this.#router(), {
        clientInterceptors: [
          async ({ path, next }) => {
            await this.#misbehave(path.join('.'));
            return next();
          },
        ],
      }).upgrade(port1);
      port1.start();
      this.#ports.add(port1);
      return portWire(port2, headers);
    };

  /** As a procedure answers that does not answer as usual. */
  async #misbehave(name: string): Promise<void> {
    const [area = ''] = name.split('.');
    switch (this.misbehaves.get(name) ?? this.misbehaves.get(area)) {
      case 'never':
        return new Promise(() => undefined);
      case 'fails':
        throw new ORPCError('INTERNAL_SERVER_ERROR');
      case 'forbidden':
        throw new ORPCError('FORBIDDEN', { defined: true, status: 403, data: { needs: ['manager'] } });
      case undefined:
        return;
    }
  }

  /** Who is signed in, where a test does not type a PIN. */
  serves(person: Person): void {
    this.#me = { staffId: person.staffId, displayName: person.displayName, role: person.role };
  }

  /** The cable is pulled. */
  cut(): void {
    this.down = true;
    for (const port of this.#ports) port.close();
    this.#ports.clear();
  }

  mend(): void {
    this.down = false;
  }

  publish(event: BoardEvent): void {
    this.#events.push(event);
    for (const wake of [...this.#watchers]) wake();
  }

  /** Puts a visit into its new state and tells the kiosk. */
  put(visit: VisitView): VisitView {
    this.visits.set(visit.visitId, visit);
    this.publish({ type: 'visit', visit });
    return visit;
  }

  arrives(plateTailText: string, laneId: string): void {
    const visit = [...this.visits.values()].find((candidate) => candidate.plateTail === plateTailText);
    if (visit) this.put({ ...visit, presence: 'arrived', laneId, arrivedAtMs: Date.now(), nearness: 1 });
  }

  /** Somebody else saves at another kiosk. */
  changeSite(by: Person, changes: Partial<SiteSettings>): void {
    this.changedBy = by;
    this.site = { ...this.site, ...changes };
    this.publish({ type: 'site', site: this.site });
  }

  setStatus(status: Partial<StationStatus>): void {
    this.status = { ...this.status, ...status };
    this.publish({ type: 'status', status: this.status });
  }

  #note(kind: string, visitId: string | null): void {
    this.#journal.push({
      sequence: this.#journal.length + 1,
      atMs: Date.now(),
      kind,
      visitId,
      person: this.#me,
      kioskId: null,
      details: {},
    });
  }

  /** Carries a command out once per idempotency key and answers the same again. */
  async once<T>(name: string, idempotencyKey: string, carryOut: () => T): Promise<T> {
    if (this.answerAfterMs > 0) await new Promise((resolve) => setTimeout(resolve, this.answerAfterMs));
    const known = this.#answers.get(idempotencyKey);
    if (known !== undefined) return known as T;
    const answer = carryOut();
    this.done.push(name);
    this.#answers.set(idempotencyKey, answer);
    return answer;
  }

  /** Wrong PINs were typed for this person. */
  locks(person: Person): void {
    this.#staff = this.#staff.map((one) =>
      one.staffId === person.staffId ? { ...one, lockedUntilMs: Date.now() + 120_000 } : one,
    );
  }

  #sessions() {
    const sinceMs = Date.now() - 3_600_000;
    return this.#staff
      .filter((person) => !person.retired)
      .slice(0, 3)
      .map(({ staffId, displayName, role }, i) => ({
        sessionId: `session-${i}`,
        person: { staffId, displayName, role },
        kiosk: ['Counter', 'Handheld 1', null][i] ?? null,
        sinceMs,
        expiresAtMs: sinceMs + 12 * 3_600_000,
        here: i === 0,
      }))
      .filter(({ sessionId }) => !this.#ended.has(sessionId));
  }

  #find(match: (visit: VisitView) => boolean, reason: RefusalReason): VisitView {
    const visit = [...this.visits.values()].find(match);
    if (visit === undefined) throw refused({ data: { reason } });
    return visit;
  }

  #router() {
    const os = implement(stationContract);
    const change = (visit: VisitView, changes: Partial<VisitView>, kind: string) => {
      this.#note(kind, visit.visitId);
      return { visit: this.put({ ...visit, ...changes }) };
    };
    const ofPickup = (pickupId: string) => {
      const visit = this.#find((v) => v.pickup?.pickupId === pickupId, 'no-pickup');
      if (visit.pickup === null) throw refused({ data: { reason: 'no-pickup' } });
      return { visit, pickup: visit.pickup };
    };
    const ofRefuel = (refuelId: string) => {
      const visit = this.#find((v) => v.refuel?.refuelId === refuelId, 'refuel-not-found');
      if (visit.refuel === null) throw refused({ data: { reason: 'refuel-not-found' } });
      return { visit, refuel: visit.refuel };
    };
    const byId = (visitId: string) => this.#find((v) => v.visitId === visitId, 'visit-not-found');
    const fullPlate = (visit: VisitView) => `34나${visit.plateTail}`;

    return {
      ...this.installer.routes(),
      session: {
        options: os.session.options.handler(() => ({
          siteName: this.site.name,
          siteNameKo: this.site.nameKo,
          defaultLocale: this.site.defaultLocale,
          simulated: this.site.simulated,
          people: this.#staff.filter((person) => !person.retired),
        })),
        signIn: os.session.signIn.handler(({ input, errors }) => {
          if (this.#wrongPins >= 5)
            throw errors.PIN_LOCKED({ data: { untilMs: Date.now() + 120_000, forMs: 120_000 } });
          if (input.pin !== fakePin) {
            this.#wrongPins += 1;
            const retryAfterMs = this.#wrongPins > 2 ? 3_000 : 0;
            throw errors.PIN_WRONG({ data: { attemptsLeft: 5 - this.#wrongPins, retryAfterMs } });
          }
          this.#wrongPins = 0;
          const person = this.#staff.find((candidate) => candidate.staffId === input.staffId) ?? minji;
          this.#me = { staffId: person.staffId, displayName: person.displayName, role: person.role };
          return { token: 'fake', person: this.#me, expiresAtMs: Date.now() + 3_600_000 };
        }),
        signOut: os.session.signOut.handler(() => ({})),
        current: os.session.current.handler(() => ({
          person: this.#me,
          expiresAtMs: Date.now() + 3_600_000,
        })),
      },
      board: {
        watch: os.board.watch.handler(({ lastEventId, signal }) => this.#watch(lastEventId, signal)),
      },
      visits: {
        get: os.visits.get.handler(({ input }) => {
          const visit = byId(input.visitId);
          return {
            visit,
            plate: fullPlate(visit),
            story: this.#journal.filter((entry) => entry.visitId === visit.visitId),
          };
        }),
        claim: os.visits.claim.handler(({ input }) =>
          this.once('claim', input.idempotencyKey, () => {
            const visit = byId(input.visitId);
            return change(visit, { claimedBy: { ...this.#me, atMs: Date.now() } }, 'visit-claimed');
          }),
        ),
        release: os.visits.release.handler(({ input }) =>
          this.once('release', input.idempotencyKey, () =>
            change(byId(input.visitId), { claimedBy: null }, 'visit-released'),
          ),
        ),
        checkIn: os.visits.checkIn.handler(({ input }) =>
          this.once('checkIn', input.idempotencyKey, () => {
            const [template] = fakeVisits(Date.now());
            if (template === undefined) throw new Error('an empty lot');
            const visit: VisitView = {
              ...template,
              visitId: newId(),
              plateTail: plateTail(input.plate),
              laneId: input.laneId,
              arrivedAtMs: Date.now(),
              knownBy: 'staff',
              codeBehaviour: null,
              vehicle: { model: '', color: '', fuel: null },
              pickup: null,
              mayRefuel: input.purpose === 'refuel',
            };
            return change(visit, {}, 'visit-checked-in');
          }),
        ),
        setLane: os.visits.setLane.handler(({ input }) =>
          this.once('setLane', input.idempotencyKey, () =>
            change(byId(input.visitId), { laneId: input.laneId }, 'visit-lane-set'),
          ),
        ),
        close: os.visits.close.handler(({ input }) =>
          this.once('close', input.idempotencyKey, () =>
            change(byId(input.visitId), { closed: { atMs: Date.now(), how: input.how } }, 'visit-closed'),
          ),
        ),
        search: os.visits.search.handler(({ input }) => ({
          visits: [...this.visits.values()].filter(
            (visit) =>
              visit.plateTail.includes(input.text) || visit.pickup?.number === input.text.toUpperCase(),
          ),
        })),
      },
      pickups: {
        markReady: os.pickups.markReady.handler(({ input }) =>
          this.once('markReady', input.idempotencyKey, () => {
            const { visit, pickup } = ofPickup(input.pickupId);
            return change(visit, { pickup: { ...pickup, state: 'ready' } }, 'pickup-ready');
          }),
        ),
        markItemUnavailable: os.pickups.markItemUnavailable.handler(({ input }) =>
          this.once('markItemUnavailable', input.idempotencyKey, () => {
            const { visit, pickup } = ofPickup(input.pickupId);
            const item = pickup.items.find((candidate) => candidate.itemId === input.itemId);
            if (item === undefined) throw refused({ data: { reason: 'item-not-found' } });
            const items = pickup.items.map((other) =>
              other === item ? { ...item, available: false } : other,
            );
            const amountMinor = pickup.paid.amountMinor - item.unitAmountMinor * item.quantity;
            const paid = { ...pickup.paid, amountMinor };
            return change(visit, { pickup: { ...pickup, items, paid } }, 'pickup-item-unavailable');
          }),
        ),
        handOver: os.pickups.handOver.handler(({ input }) =>
          this.once('handOver', input.idempotencyKey, () => {
            const { visit, pickup } = ofPickup(input.pickupId);
            const wanted =
              pickup.check.kind === 'none'
                ? null
                : pickup.check.kind === 'plate-digits'
                  ? visit.plateTail
                  : pickup.number;
            if (wanted !== input.check) throw refused({ data: { reason: 'pickup-check-failed' } });
            const nowMs = Date.now();
            return change(
              visit,
              {
                pickup: {
                  ...pickup,
                  state: 'handed-over',
                  handedOverAtMs: nowMs,
                  handedOverBy: this.#me,
                  undoUntilMs: nowMs + this.site.undoMs,
                },
              },
              'pickup-handed-over',
            );
          }),
        ),
        undoHandOver: os.pickups.undoHandOver.handler(({ input }) =>
          this.once('undoHandOver', input.idempotencyKey, () => {
            const { visit, pickup } = ofPickup(input.pickupId);
            if ((pickup.undoUntilMs ?? 0) < Date.now()) throw refused({ data: { reason: 'undo-too-late' } });
            return change(
              visit,
              {
                pickup: {
                  ...pickup,
                  state: 'ready',
                  handedOverAtMs: null,
                  handedOverBy: null,
                  undoUntilMs: null,
                },
              },
              'pickup-hand-over-undone',
            );
          }),
        ),
      },
      refuels: {
        candidates: os.refuels.candidates.handler(({ input }) => {
          const digits = parsePlateDigits(input.digits);
          const found = [...this.visits.values()].filter(
            (visit) =>
              visit.plateTail.includes(input.digits) && visit.closed === null && visit.refuel === null,
          );
          return {
            candidates: found.map((visit) => ({
              visitId: visit.visitId,
              plate: fullPlate(visit),
              model: visit.vehicle.model,
              color: visit.vehicle.color,
              fuel: visit.vehicle.fuel,
              presence: visit.presence,
              laneId: visit.laneId,
              rssiDbm: visit.rssiDbm,
              codeBehaviour: visit.codeBehaviour,
              arrivedAtMs: visit.arrivedAtMs,
              reservation: visit.reservation,
            })),
            mayChooseByItself: digits !== null && mayChooseByItself(digits, found.length),
          };
        }),
        start: os.refuels.start.handler(({ input }) =>
          this.once('start', input.idempotencyKey, () => {
            const visit = byId(input.visitId);
            const busy = [...this.visits.values()].some(
              (other) => other.refuel?.state === 'refueling' && other.refuel.laneId === input.laneId,
            );
            if (busy) throw refused({ data: { reason: 'pump-in-use' } });
            return change(
              visit,
              {
                refuel: {
                  refuelId: newId(),
                  state: 'refueling',
                  laneId: input.laneId,
                  gradeId: null,
                  volumeMl: null,
                  amount: null,
                  unitPriceMilli: null,
                  fuelMismatchConfirmed: false,
                  startedBy: this.#me,
                  startedAtMs: Date.now(),
                  completedAtMs: null,
                  paymentRequestId: null,
                  approval: null,
                  settledOtherwise: null,
                  sync: 'waiting',
                },
              },
              'refuel-started',
            );
          }),
        ),
        complete: os.refuels.complete.handler(({ input }) =>
          this.once('complete', input.idempotencyKey, () => {
            const { visit, refuel } = ofRefuel(input.refuelId);
            const grade = this.site.grades.find((candidate) => candidate.gradeId === input.gradeId);
            if (grade === undefined) throw refused({ data: { reason: 'grade-not-found' } });
            const amountMinor =
              input.amountMinor ??
              (input.volumeMl ? amountForVolume(grade.unitPriceMilli, input.volumeMl) : 0);
            const held = visit.reservation?.state === 'held' ? visit.reservation.maximum.amountMinor : null;
            if (held !== null && amountMinor > held && input.aboveReservationConfirmed !== true) {
              throw refused({ data: { reason: 'above-reservation' } });
            }
            return change(
              visit,
              {
                refuel: {
                  ...refuel,
                  state: 'awaiting-approval',
                  laneId: input.laneId,
                  gradeId: grade.gradeId,
                  unitPriceMilli: grade.unitPriceMilli,
                  amount: { amountMinor, currency: this.site.currency },
                  volumeMl: input.volumeMl ?? volumeForAmount(grade.unitPriceMilli, amountMinor),
                  fuelMismatchConfirmed: input.fuelMismatchConfirmed,
                  completedAtMs: Date.now(),
                  paymentRequestId: newId(),
                  approval: {
                    state: 'waiting',
                    expiresAtMs: Date.now() + 120_000,
                    reason: null,
                    asked: true,
                  },
                },
              },
              'refuel-completed',
            );
          }),
        ),
        askAgain: os.refuels.askAgain.handler(({ input }) =>
          this.once('askAgain', input.idempotencyKey, () => {
            const { visit, refuel } = ofRefuel(input.refuelId);
            return change(
              visit,
              {
                refuel: {
                  ...refuel,
                  state: 'awaiting-approval',
                  paymentRequestId: newId(),
                  approval: {
                    state: 'waiting',
                    expiresAtMs: Date.now() + 120_000,
                    reason: null,
                    asked: true,
                  },
                },
              },
              'refuel-asked-again',
            );
          }),
        ),
        settleOtherwise: os.refuels.settleOtherwise.handler(({ input }) =>
          this.once('settleOtherwise', input.idempotencyKey, () => {
            const { visit, refuel } = ofRefuel(input.refuelId);
            const { tender, reason } = input;
            const settledOtherwise = { tender, reason, by: this.#me, atMs: Date.now() };
            return change(
              visit,
              { refuel: { ...refuel, state: 'settled-otherwise', settledOtherwise } },
              'refuel-settled-otherwise',
            );
          }),
        ),
        cancel: os.refuels.cancel.handler(({ input }) =>
          this.once('cancel', input.idempotencyKey, () => {
            const { visit, refuel } = ofRefuel(input.refuelId);
            return change(visit, { refuel: { ...refuel, state: 'cancelled' } }, 'refuel-cancelled');
          }),
        ),
      },
      ...fakeDailyLog(
        this,
        () => this.#me,
        () => this.#staff,
      ),
      carts: this.carts.routes(this, () => this.#me),
      menu: this.menu.routes(this),
      ...fakeDevices(people),
      charges: fakeCharges(this, () => this.#me, refused),
      log: {
        journal: os.log.journal.handler(() => ({ entries: [...this.#journal].reverse(), unbroken: true })),
        day: os.log.day.handler(() => ({
          visits: [...this.visits.values()].map((visit) => ({ ...visit, plate: fullPlate(visit) })),
        })),
        attention: os.log.attention.handler(() => ({
          items: [
            refusedMark('refuel-completed', 'conflict', 'the request was answered already'),
            refusedMark('conflict', 'paid-twice', ''),
            refusedMark('departure', 'http-418', 'A teapot says no.'),
          ],
        })),
        resolveAttention: os.log.resolveAttention.handler(({ input }) =>
          this.once('resolveAttention', input.idempotencyKey, () => ({})),
        ),
      },
      setup: {
        site: os.setup.site.handler(() => ({ site: this.site, serverUrl: null, enrolled: false })),
        enrol: os.setup.enrol.handler(({ input }) => {
          if (input.pairingCode !== 'GOOD-CODE') throw refused({ data: { reason: 'pairing-code-refused' } });
          return { site: this.site };
        }),
        updateSite: os.setup.updateSite.handler(({ input }) => {
          if (changedMeanwhile<SiteSettings>(this.site, input.seen, input.changes).length > 0)
            throw refused({ data: { reason: 'changed-meanwhile', by: this.changedBy } });
          this.site = { ...this.site, ...input.changes };
          this.publish({ type: 'site', site: this.site });
          return { site: this.site };
        }),
        backups: os.setup.backups.handler(() => ({ backups: this.#backups })),
        backup: os.setup.backup.handler(({ input }) =>
          this.once('backup', input.idempotencyKey, () => {
            const madeAtMs = Date.now();
            const backup = { fileName: `station-${madeAtMs}.sqlite`, bytes: 4_200_000, madeAtMs };
            this.#backups.unshift(backup);
            return { backup };
          }),
        ),
        readBackup: os.setup.readBackup.handler(() => ({ base64: '', nextOffset: null })),
        uploadBackup: os.setup.uploadBackup.handler(({ input }) => {
          if (input.offset !== this.uploaded.length) throw refused({ data: { reason: 'upload-broken' } });
          for (const letter of atob(input.base64)) this.uploaded.push(letter.charCodeAt(0));
          return { received: this.uploaded.length };
        }),
        restore: os.setup.restore.handler(({ input }) =>
          this.once('restore', input.idempotencyKey, () => ({ restarting: true })),
        ),
        receivers: os.setup.receivers.handler(() => ({ receivers: fakeReceivers(Date.now()) })),
      },
      privacy: {
        get: os.privacy.get.handler(() => ({
          retentionDays: this.retentionDays,
          keepsSinceMs: Date.now() - this.retentionDays * 86_400_000,
          erasedBeforeMs: null,
          erasedAtMs: Date.now() - 40_000_000,
          visitsWithPlate: 1_204,
          openMarks: 0,
          olderBackups: 2,
        })),
        set: os.privacy.set.handler(({ input }) =>
          this.once('setRetention', input.idempotencyKey, () => {
            this.retentionDays = input.retentionDays;
            return {};
          }),
        ),
      },
      staff: {
        list: os.staff.list.handler(() => ({ people: this.#staff })),
        story: os.staff.story.handler(({ input }) => ({
          entries: this.#journal.filter((entry) => entry.person?.staffId === input.staffId).reverse(),
          nextBeforeSequence: null,
          signIns: [{ kiosk: 'Counter', sinceMs: Date.now(), expiresAtMs: Date.now() + 3_600_000 }],
        })),
        sessions: os.staff.sessions.handler(() => ({ sessions: this.#sessions() })),
        endSession: os.staff.endSession.handler(({ input }) =>
          this.once('endSession', input.idempotencyKey, () => {
            this.#ended.add(input.sessionId);
            return {};
          }),
        ),
        unlock: os.staff.unlock.handler(({ input }) =>
          this.once('unlock', input.idempotencyKey, () => {
            this.#staff = this.#staff.map((person) =>
              person.staffId === input.staffId ? { ...person, lockedUntilMs: null } : person,
            );
            return {};
          }),
        ),
        abilities: os.staff.abilities.handler(() => ({ abilities: fakeAbilities() })),
        add: os.staff.add.handler(({ input }) => {
          const person = { staffId: newId(), displayName: input.displayName, role: input.role };
          this.#staff.push({ ...person, retired: false, lockedUntilMs: null });
          return { person };
        }),
        resetPin: os.staff.resetPin.handler(() => ({})),
        retire: os.staff.retire.handler(({ input }) => {
          this.#staff = this.#staff.map((person) =>
            person.staffId === input.staffId ? { ...person, retired: true } : person,
          );
          return {};
        }),
      },
    };
  }

  async *#watch(lastEventId: string | undefined, signal: AbortSignal | undefined) {
    let place = lastEventId === undefined ? this.#events.length : Number(lastEventId);
    if (lastEventId === undefined) {
      const snapshot: BoardEvent = {
        type: 'snapshot',
        nowMs: Date.now(),
        visits: [...this.visits.values()],
        status: this.status,
        site: this.site,
        receivers: fakeReceivers(Date.now()),
      };
      yield withEventMeta(snapshot, { id: String(place) });
    }
    while (!signal?.aborted) {
      const event = this.#events[place];
      if (event !== undefined) {
        place += 1;
        yield withEventMeta({ ...event }, { id: String(place) });
        continue;
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#watchers.delete(wake);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        this.#watchers.add(wake);
        signal?.addEventListener('abort', wake);
      });
    }
  }
}

const refused = (options: Refused) => new ORPCError('REFUSED', { defined: true, status: 409, ...options });

function refusedMark(kind: string, code: string, detail: string): AttentionItem {
  const attempts = kind === 'conflict' ? 0 : 3;
  const createdAtMs = Date.now() - 300_000;
  return { outboxId: newId(), kind, visitId: null, createdAtMs, attempts, lastError: { code, detail } };
}
