/** The daily log, its reconciliation with the server, and shifts: what the kiosk may do. */
import * as z from 'zod';
import { amountMinor, id, utcMs } from '../schemas/index.ts';
import { base, command } from './base.ts';
import { cartPaymentView } from './carts-contract.ts';
import { logQuery, logSummary, logVisit, reconciliation, shiftView } from './daily-log-views.ts';
import { followUps } from './follow-ups.ts';
import { person } from './parts.ts';

const shiftResult = z.object({ shift: shiftView });

export const dailyLogContract = {
  dailyLog: {
    /**
     * A page of the visits that the query asks for, newest first. `asOfMs` (null: now) leaves out what was
     * first heard later, so that pages do not slip while cars arrive.
     */
    rows: base
      .input(
        logQuery.extend({
          asOfMs: utcMs.nullable(),
          offset: z.number().int().min(0).max(10_000_000),
          limit: z.number().int().min(1).max(500),
        }),
      )
      .output(z.object({ visits: z.array(logVisit), total: z.number().int(), asOfMs: utcMs })),
    /** What they add up to. */
    summary: base.input(logQuery).output(logSummary),
    /** People who have done something in these days, also retired ones: for the filter. */
    people: base.input(z.object({})).output(z.object({ people: z.array(person) })),
    /**
     * Checkouts of carts that the query asks for, newest first, `limit` at most. They belong to no car: where a
     * lane or a person is asked for there are none.
     */
    carts: base
      .input(logQuery.extend({ limit: z.number().int().min(1).max(1_000) }))
      .output(z.object({ payments: z.array(cartPaymentView), total: z.number().int() })),
    /**
     * Money that is still to go back (of the last month) and cars that left unpaid (of the last 400 days), here and at
     * the payment server, joined. It is asked now; out of reach, what it said last counts. The urgent first.
     */
    followUps: base.input(z.object({})).output(followUps),
    /** The payment server's statement of a business day, line by line against the records here. */
    reconcile: base.input(z.object({ day: logQuery.shape.fromDay })).output(reconciliation),
  },
  shifts: {
    /** The open shift of this kiosk with its X report; null: none is open. */
    current: base.input(z.object({})).output(
      z.object({
        shift: shiftView.nullable(),
        /** Who can take live cars over. */
        colleagues: z.array(person),
      }),
    ),
    open: base.input(command({ floatMinor: amountMinor })).output(shiftResult),
    /** The Z report. Live cars go to a colleague, or are free for anybody. Nothing sold is fine. */
    close: base
      .input(
        command({
          shiftId: id,
          countedMinor: amountMinor,
          handOverTo: id.nullable(),
          note: z.string().trim().max(200),
        }),
      )
      .output(shiftResult),
    /** Shifts that were open in a business day, newest first. */
    list: base
      .input(z.object({ day: logQuery.shape.fromDay }))
      .output(z.object({ shifts: z.array(shiftView) })),
  },
};
