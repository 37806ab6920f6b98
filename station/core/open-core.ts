import * as z from 'zod';
import { err, every, ok, type Result } from '../../shared/domain/index.ts';
import { type Person, person } from '../../shared/station-contract/index.ts';
import { CartCommands, cartPayments, refundCart } from '../carts/index.ts';
import { ChargeCommands, chargeCandidates, listCharges } from '../charges/index.ts';
import { DailyLog } from '../daily-log/index.ts';
import { openStationDatabase } from '../db/index.ts';
import { Kiosks } from '../kiosks/index.ts';
import { MenuCommands } from '../menu/index.ts';
import { PickupCommands } from '../pickups/index.ts';
import { Privacy } from '../privacy/index.ts';
import { Records, smallestCorrectionMs } from '../records/index.ts';
import { candidates, RefuelCommands } from '../refuels/index.ts';
import { Shifts } from '../shifts/index.ts';
import { Staff } from '../staff/index.ts';
import { closeLingering, PresenceIntake, VisitCommands, visitDelays } from '../visits/index.ts';
import { Log } from './log.ts';
import { CoreOutbox } from './outbox.ts';
import { refundWithPin } from './refund-with-pin.ts';
import { ServerNews } from './server-news.ts';
import { Settings } from './settings.ts';
import type {
  CartsApi,
  ChargesApi,
  Core,
  CoreOpenError,
  CoreOptions,
  RefuelsApi,
  VisitsApi,
} from './types.ts';

/** Idempotency records are kept this long: no kiosk retries a tap after a week. */
const commandsKeptMs = 7 * 24 * 3_600_000;
/** It is done once a business day; asked more often, so that a machine that slept at that hour does it too. */
const eraseEveryMs = 3_600_000;
const tidyEveryMs = 10 * 60_000;
/** A clock that was corrected is noticed at the next word to or from anybody, and after this at the latest. */
const followClockMs = 1_000;
const restoreNote = z.object({ fileName: z.string().nullable(), by: person });

/** Opens the records of a data folder and everything that works on them, or says why not. */
export function openCore(options: CoreOptions): Result<Core, CoreOpenError> {
  const opened = openStationDatabase(options.dataDir);
  if (!opened.ok) return err(opened.error);
  const records = new Records(opened.value, options.clock);
  followClockSinceLastRun(records);
  tellOfRestore(records);
  const intake = new PresenceIntake(records);
  const visitCommands = new VisitCommands(records);
  const refuelCommands = new RefuelCommands(records);
  const chargeCommands = new ChargeCommands(records);
  const cartCommands = new CartCommands(records);
  const privacy = new Privacy(records);
  const staff = new Staff(records, options.allowSimplePins ?? false, options.pinCost);
  const kiosks = new Kiosks(records, staff);
  if (options.resolver) intake.setResolver(options.resolver);

  const tidy = () => {
    records.commands.forgetBefore(options.clock.nowMs() - commandsKeptMs);
    records.rememberOldestOpen();
  };
  tidy();
  const stopTidying = every(options.clock, tidyEveryMs, () => records.byItself(tidy));
  void privacy.eraseDue();
  const stopErasing = every(options.clock, eraseEveryMs, () => void privacy.eraseDue());
  const stopFollowingClock = every(options.clock, followClockMs, () =>
    records.byItself(() => records.followClock()),
  );
  const stop = every(options.clock, visitDelays.tickMs, () => {
    intake.tick();
    records.byItself(() => {
      // First: a clock that was set forward makes no car silent for a day.
      records.followClock();
      closeLingering(records);
    });
  });

  const visits: VisitsApi = {
    board: () => visitCommands.board(),
    get: (visitId) => visitCommands.get(visitId),
    claim: (actor, input) => visitCommands.claim(actor, input),
    release: (actor, input) => visitCommands.release(actor, input),
    checkIn: (actor, input) => visitCommands.checkIn(actor, input),
    setLane: (actor, input) => visitCommands.setLane(actor, input),
    close: (actor, input) => visitCommands.close(actor, input),
    search: (text) => visitCommands.search(text),
    applyPresence: (change) => intake.apply(change),
    heard: (code, rssiDbm, atMs) => intake.heard(code, rssiDbm, atMs),
    setResolver: (resolver) => intake.setResolver(resolver),
    setTracks: (tracks) => intake.setTracks(tracks),
    codesOf: (visitId) => records.visits.get(visitId)?.codes ?? [],
    knowsCode: (code, atMs) =>
      records.expected.byCode(code, atMs) !== null ||
      [...records.visits.live.values()].some((visit) => visit.codes.includes(code)),
    jackOf: (code, atMs) => records.expected.byCode(code, atMs)?.jackId ?? null,
    presencesToRestore: () => intake.toRestore(),
  };
  const refuels: RefuelsApi = {
    candidates: (input) => candidates(records, input),
    start: (actor, input) => refuelCommands.start(actor, input),
    complete: (actor, input) => refuelCommands.complete(actor, input),
    askAgain: (actor, input) => refuelCommands.askAgain(actor, input),
    settleOtherwise: (actor, input) => refuelCommands.settleOtherwise(actor, input),
    cancel: (actor, input) => refuelCommands.cancel(actor, input),
    unknownPaymentRequests: () => records.visits.unknownPaymentRequests(),
  };
  const charges: ChargesApi = {
    candidates: (input) => chargeCandidates(records, input),
    request: (actor, input) => chargeCommands.request(actor, input),
    cancel: (actor, input) => chargeCommands.cancel(actor, input),
    askAgain: (actor, input) => chargeCommands.askAgain(actor, input),
    refund: (actor, input) =>
      refundWithPin({ records, staff }, actor, {
        name: 'charges.refund',
        input,
        about: { chargeId: input.chargeId },
        refund: (allowedBy) => chargeCommands.refund(actor, input, allowedBy),
      }),
    list: (input) => listCharges(records, input),
  };
  const carts: CartsApi = {
    list: () => cartCommands.list(),
    free: (actor, input) => cartCommands.free(actor, input),
    acknowledge: (actor, input) => cartCommands.acknowledge(actor, input),
    priceItem: (actor, input) => cartCommands.priceItem(actor, input),
    checkOut: (actor, input) => cartCommands.checkOut(actor, input),
    payments: (input) => cartPayments(records, input),
    refund: (actor, input) =>
      refundWithPin({ records, staff }, actor, {
        name: 'carts.refund',
        input,
        about: { paymentRequestId: input.paymentRequestId },
        refund: (allowedBy) => refundCart(records, actor, input, allowedBy),
      }),
  };
  return ok({
    visits,
    refuels,
    charges,
    carts,
    menu: new MenuCommands(records),
    pickups: new PickupCommands(records),
    staff,
    kiosks,
    log: new Log(records),
    privacy,
    dailyLog: new DailyLog(records),
    shifts: new Shifts(records, () => staff.people()),
    settings: new Settings(records),
    outbox: new CoreOutbox(records),
    news: new ServerNews(records, intake),
    onVisitChanged: (listener) => records.visitChanged.add(listener),
    onVisitGone: (listener) => records.visitGone.add(({ visitId }) => listener(visitId)),
    onLevels: (listener) => records.levelsTold.add(listener),
    onSiteChanged: (listener) => records.siteChanged.add(listener),
    onOutboxChanged: (listener) => records.outboxChanged.add(listener),
    followClock: () => records.byItself(() => records.followClock()),
    onClockCorrected: (listener) => records.clockCorrected.add(listener),
    onNotKept: (listener) => records.notKept.add(listener),
    backupTo: async (path) => {
      await opened.value.sqlite.backup(path);
    },
    close() {
      kiosks.close();
      intake.close();
      stop();
      stopFollowingClock();
      stopTidying();
      stopErasing();
      opened.value.close();
    },
  });
}

/** The clock was set back while the station did not run: its last word must not lie ahead of now. */
function followClockSinceLastRun(records: Records): void {
  const lastMs = records.journal.lastAtMs();
  if (lastMs === null) return;
  const aheadMs = lastMs - records.clock.nowMs();
  if (aheadMs >= smallestCorrectionMs) records.correctClock(-aheadMs);
}

/** The journal of the restored records says that and by whom they were restored. */
function tellOfRestore(records: Records): void {
  const { restored } = records.db;
  if (restored === null) return;
  const { fileName, by } = noteOf(restored.note);
  records.transact(by === null ? null : { person: by, kioskId: null }, (tx) => {
    tx.journal('records-restored', null, { fileName, keptAs: restored.keptAs });
  });
  restored.told();
}

function noteOf(text: string | null): { fileName: string | null; by: Person | null } {
  const nothing = { fileName: null, by: null };
  try {
    const note = restoreNote.safeParse(JSON.parse(text ?? 'null'));
    return note.success ? note.data : nothing;
  } catch {
    return nothing;
  }
}
