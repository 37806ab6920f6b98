/**
 * The station contract: everything a kiosk can see and do. The same router is served over a
 * MessagePort (Electron) and a WebSocket (browser); the renderer knows nothing behind it.
 *
 * Every call but `session.options` and `session.signIn` carries `authorization: Bearer <token>`.
 * Every command carries an `idempotencyKey`: sent twice, it happens once and answers the same.
 * A command returns when its transaction is durable; no command waits for the network.
 */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { amountMinor, id, plateDigits, utcMs, volumeMl } from '../schemas/index.ts';
import { backupProcedures } from './backup-contract.ts';
import { base, command } from './base.ts';
import { cartsContract } from './carts-contract.ts';
import { chargesContract } from './charges-contract.ts';
import { dailyLogContract } from './daily-log-contract.ts';
import { installerContract } from './installer-contract.ts';
import { kiosksContract } from './kiosks-contract.ts';
import { menuContract } from './menu-contract.ts';
import { privacyContract } from './privacy-contract.ts';
import { staffContract } from './staff-contract.ts';
import { trainingContract } from './training-contract.ts';
import {
  attentionItem,
  boardEvent,
  journalEntry,
  person,
  receiverView,
  refuelCandidate,
  siteSettings,
  tender,
  visitView,
} from './views.ts';

const signInBase = base.errors({
  PIN_WRONG: {
    status: 401,
    data: z.object({ attemptsLeft: z.number().int(), retryAfterMs: z.number().int() }),
  },
  PIN_LOCKED: {
    status: 423,
    data: z.object({
      untilMs: utcMs,
      /** For a kiosk whose own clock differs. */ forMs: z.number().int().min(0),
    }),
  },
});

const visitResult = z.object({ visit: visitView });

/** `seen`: the same fields as they were shown while this was typed; one that is otherwise by now refuses the save. */
const siteChanges = siteSettings.omit({ siteId: true, simulated: true }).partial();

export const stationContract = {
  session: {
    /** All that is served before sign-in. */
    options: base.input(z.object({})).output(
      z.object({
        siteName: z.string(),
        siteNameKo: z.string().nullable(),
        defaultLocale: z.enum(['en', 'ko']),
        simulated: z.boolean(),
        people: z.array(person),
        /** What this kiosk is called; null while nobody has named the first one. */
        kioskName: z.string().nullable().optional(),
      }),
    ),
    signIn: signInBase
      .input(
        z.object({
          staffId: id,
          pin: z.string().regex(/^[0-9]{4,8}$/),
        }),
      )
      .output(z.object({ token: z.string(), person, expiresAtMs: utcMs })),
    signOut: base.input(z.object({})).output(z.object({})),
    current: base.input(z.object({})).output(z.object({ person, expiresAtMs: utcMs })),
  },
  board: {
    watch: base.input(z.object({})).output(eventIterator(boardEvent)),
  },
  visits: {
    get: base
      .input(z.object({ visitId: id }))
      .output(z.object({ visit: visitView, plate: z.string(), story: z.array(journalEntry) })),
    claim: base.input(command({ visitId: id })).output(visitResult),
    release: base.input(command({ visitId: id })).output(visitResult),
    /** The car is here though no receiver said so. The plate as typed; the server is told and may know it. */
    checkIn: base
      .input(
        command({
          plate: z.string().min(1).max(24),
          laneId: z.string().nullable(),
          purpose: z.enum(['pickup', 'refuel']),
          pickupNumber: z.string().max(12).nullable(),
        }),
      )
      .output(visitResult),
    /** Staff say where the car really stands. */
    setLane: base.input(command({ visitId: id, laneId: z.string() })).output(visitResult),
    close: base
      .input(
        command({
          visitId: id,
          how: z.enum(['closed-by-staff', 'drive-off', 'left-without-service']),
          reason: z.string().max(200),
        }),
      )
      .output(visitResult),
    search: base
      .input(z.object({ text: z.string().max(40) }))
      .output(z.object({ visits: z.array(visitView) })),
  },
  pickups: {
    markReady: base.input(command({ pickupId: id })).output(visitResult),
    markItemUnavailable: base.input(command({ pickupId: id, itemId: id })).output(visitResult),
    /** `check`: the last plate digits or the pickup number, when the pickup asks for a check. */
    handOver: base.input(command({ pickupId: id, check: z.string().max(24).nullable() })).output(visitResult),
    undoHandOver: base.input(command({ pickupId: id })).output(visitResult),
  },
  refuels: {
    /** Cars that are here and answer to these digits, likeliest first. */
    candidates: base
      .input(z.object({ digits: plateDigits, laneId: z.string().nullable().optional() }))
      .output(z.object({ candidates: z.array(refuelCandidate), mayChooseByItself: z.boolean() })),
    start: base
      .input(command({ visitId: id, laneId: z.string(), digits: plateDigits.nullable() }))
      .output(visitResult),
    /** Either of volume and amount may be missing: it follows from the grade's price. */
    complete: base
      .input(
        command({
          refuelId: id,
          laneId: z.string(),
          gradeId: z.string(),
          volumeMl: volumeMl.nullable(),
          amountMinor: amountMinor.nullable(),
          fuelMismatchConfirmed: z.boolean(),
          /**
           * It was pumped all the same: what was reserved is released, and the driver is asked for the
           * exact amount. Without it such an amount is refused as `above-reservation`.
           */
          aboveReservationConfirmed: z.boolean().optional(),
        }),
      )
      .output(visitResult),
    /** After declined or expired: ask the driver once more, under a new request id. */
    askAgain: base.input(command({ refuelId: id })).output(visitResult),
    settleOtherwise: base
      .input(command({ refuelId: id, tender, reason: z.string().trim().min(1).max(200) }))
      .output(visitResult),
    cancel: base.input(command({ refuelId: id, reason: z.string().max(200) })).output(visitResult),
  },
  log: {
    /** A page of the journal, newest first. Managers. */
    journal: base
      .input(
        z.object({ beforeSequence: z.number().int().nullable(), limit: z.number().int().min(1).max(200) }),
      )
      .output(z.object({ entries: z.array(journalEntry), unbroken: z.boolean() })),
    /** Visits of a business day (`YYYY-MM-DD` in the site's time zone), newest first. */
    day: base
      .input(z.object({ day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/) }))
      .output(z.object({ visits: z.array(visitView.extend({ plate: z.string() })) })),
    attention: base.input(z.object({})).output(z.object({ items: z.array(attentionItem) })),
    /** A person looked at a refused mark: send it again, or set it aside with a reason (it stays in the journal). */
    resolveAttention: base
      .input(command({ outboxId: id, how: z.enum(['send-again', 'set-aside']), reason: z.string().max(200) }))
      .output(z.object({})),
  },
  setup: {
    ...backupProcedures,
    site: base
      .input(z.object({}))
      .output(z.object({ site: siteSettings, serverUrl: z.string().nullable(), enrolled: z.boolean() })),
    enrol: base
      .input(command({ serverUrl: z.url(), pairingCode: z.string().min(4).max(40) }))
      .output(z.object({ site: siteSettings })),
    updateSite: base
      .input(command({ changes: siteChanges, seen: siteChanges.optional() }))
      .output(z.object({ site: siteSettings })),
    receivers: base.input(z.object({})).output(z.object({ receivers: z.array(receiverView) })),
  },
  ...cartsContract,
  ...menuContract,
  ...chargesContract,
  ...dailyLogContract,
  ...installerContract,
  ...staffContract,
  ...privacyContract,
  ...kiosksContract,
  ...trainingContract,
};
export type StationContract = typeof stationContract;
