/** The daily log and shifts: what the kiosk sees of them. */
import * as z from 'zod';
import { amountMinor, id, money, utcMs } from '../schemas/index.ts';
import { logKinds, paymentGroups } from '../station-facts/index.ts';
import { person } from './parts.ts';
import { visitView } from './views.ts';

/** What a visit was for; `none`: it left without any job. `cart`: a cart's checkout, which belongs to no visit. */
export const logKind = z.enum(logKinds);
export type LogKind = z.infer<typeof logKind>;

/** The states of pickups, refuels and charges as a manager asks for them. */
export const paymentGroup = z.enum(paymentGroups);
export type PaymentGroup = z.infer<typeof paymentGroup>;

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** Business days of the site, both included, and what is wanted of them. */
export const logQuery = z.object({
  fromDay: day,
  toDay: day,
  kind: logKind.nullable(),
  payment: paymentGroup.nullable(),
  staffId: id.nullable(),
  laneId: z.string().max(40).nullable(),
  /** Plate, plate digits, order number, model or a charge's note; empty: everything. */
  text: z.string().max(40),
});
export type LogQuery = z.infer<typeof logQuery>;

export const logVisit = visitView.extend({ plate: z.string() });
export type LogVisit = z.infer<typeof logVisit>;

const sum = z.object({ count: z.number().int(), amountMinor });
/** How the arrivals of a business day became known. */
export const arrivalsOfDay = z.object({
  day,
  jack: z.number().int(),
  phone: z.number().int(),
  staff: z.number().int(),
  /** Heard only after staff had checked it in. */
  late: z.number().int(),
  /** Never heard, although the car has a jack that is registered. */
  missed: z.number().int(),
  /** Heard, but in another lane than staff then said. */
  corrected: z.number().int(),
});
export type ArrivalsOfDay = z.infer<typeof arrivalsOfDay>;

export const logSummary = z.object({
  fromMs: utcMs,
  toMs: utcMs,
  currency: z.string(),
  visits: z.number().int(),
  /** Paid or settled otherwise, before what was given back. */
  settledMinor: amountMinor,
  givenBackMinor: amountMinor,
  kinds: z.array(sum.extend({ kind: logKind })),
  payments: z.array(sum.extend({ payment: paymentGroup })),
  staff: z.array(sum.extend({ person })),
  /** null: no lane was ever known. */
  lanes: z.array(sum.extend({ laneId: z.string().nullable() })),
  /** From the first hearing at the lane to the first service. null: nobody was served. */
  waits: z.object({
    served: z.number().int(),
    medianMs: z.number().nullable(),
    p90Ms: z.number().nullable(),
    /** 0 to 1 */ underTwoMinutes: z.number().nullable(),
  }),
  /** By the clock on the site's wall, in the order of its business day. */
  hours: z.array(
    z.object({
      hour: z.number().int().min(0).max(23),
      /** The hour that came twice, because the clocks went back, for the second time. */
      again: z.literal(true).optional(),
      pickup: z.number().int(),
      refuel: z.number().int(),
      other: z.number().int(),
    }),
  ),
  /** Of those that arrived: who only drove by, or said to come and did not, is none of these. */
  knownBy: z.object({ jack: z.number().int(), phone: z.number().int(), staff: z.number().int() }),
  /** Checked in by hand although the car has a jack that is registered: it was not heard. */
  missed: z.number().int(),
  /** The same for each business day on which somebody came, the first one first. */
  days: z.array(arrivalsOfDay),
  /** The driver's money still held although nothing is left to pay from it. */
  reservationsToRelease: z.number().int(),
});
export type LogSummary = z.infer<typeof logSummary>;

/** A driver's money that is still held although nothing is left to pay from it. */
export const heldReservation = z.object({
  visitId: id,
  plateTail: z.string().max(4),
  laneId: z.string().nullable(),
  /** By this id the payment company finds it. */
  paymentRequestId: id,
  maximum: money,
  /** `held`: the server has not begun to give it back; `releasing`: the bank has not confirmed it. */
  state: z.enum(['held', 'releasing']),
  askedAtMs: utcMs,
  closedAtMs: utcMs.nullable(),
});
export type HeldReservation = z.infer<typeof heldReservation>;

export const statementLineState = z.enum(['matched', 'missing-here', 'missing-there', 'different']);
export const reconciledLine = z.object({
  lineId: z.string(),
  kind: z.enum(['pickup', 'refuel', 'charge', 'cart']),
  state: statementLineState,
  visitId: id.nullable(),
  plateTail: z.string().max(4).nullable(),
  /** Preorder number, or the number painted on the cart, where there is one. */
  number: z.string().nullable(),
  atMs: utcMs,
  /** What was taken less what was given back, here and at the server; null: no such line. */
  hereMinor: z.number().int().nullable(),
  thereMinor: z.number().int().nullable(),
  /** Its mark has not reached the server yet: it will match by itself. */
  onItsWay: z.boolean(),
});
export type ReconciledLine = z.infer<typeof reconciledLine>;
export const reconciliation = z.object({
  fromMs: utcMs,
  toMs: utcMs,
  currency: z.string(),
  lines: z.array(reconciledLine),
  hereMinor: z.number().int(),
  thereMinor: z.number().int(),
});
export type Reconciliation = z.infer<typeof reconciliation>;

/** An X report while the shift is open, the Z report once it is closed. */
export const shiftReport = z.object({
  sales: z.array(sum.extend({ kind: z.enum(['pickup', 'refuel', 'charge', 'cart']) })),
  tenders: z.array(sum.extend({ tender: z.enum(['app', 'cash', 'card-terminal', 'other']) })),
  /** Marked in this shift, or left by the Z report before: the outcome is still open. */
  waiting: sum,
  givenBack: sum,
  /** Refunds that an earlier Z report had counted as given back and that were refused since. Absent: none. */
  notGivenBack: sum.optional(),
  /** Hand-overs that the Z report before had counted and that were undone since: taken off. Absent: none. */
  undone: sum.optional(),
  /** Float and cash taken. */
  expectedCashMinor: amountMinor,
  /** Marks of the whole station that the server has not got. */
  unsent: z.number().int(),
  needsAttention: z.number().int(),
  /** Cars here that the shift's person has claimed. */
  liveCars: z.array(z.object({ visitId: id, plateTail: z.string(), laneId: z.string().nullable() })),
});
export type ShiftReport = z.infer<typeof shiftReport>;

export const shiftView = z.object({
  shiftId: id,
  /** The kiosk it is open at; null: the first kiosk. */
  kioskId: z.string().nullable(),
  kioskName: z.string().nullable().optional(),
  person,
  openedAtMs: utcMs,
  float: money,
  closed: z
    .object({
      atMs: utcMs,
      by: person,
      countedMinor: amountMinor,
      handedTo: person.nullable(),
      note: z.string(),
    })
    .nullable(),
  report: shiftReport,
});
export type ShiftView = z.infer<typeof shiftView>;
