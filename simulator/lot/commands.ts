/** The verbs that drive the lot: tests, the command file, the control API and the scenarios use the same. */
import * as z from 'zod';
import { fuel } from '../../shared/schemas/index.ts';
import { jackKinds } from '../jack/index.ts';
import { phoneAnswers } from '../phone/index.ts';
import { mountings } from '../radio/index.ts';

const plate = z.string().min(2).max(24);
const laneId = z.string().min(1).max(40);
const receiver = z.string().min(1).max(40);
const fast = z.boolean().default(false);
const hex = z.string().regex(/^([0-9a-f]{2})*$/i);

export const lotCommand = z.discriminatedUnion('do', [
  /** Registers a driver, a car, its jack and a card at the payment server; the car stays away. */
  z.object({
    do: z.literal('newVehicle'),
    plate,
    model: z.string().max(40).default('Sonata'),
    color: z.string().max(20).default('white'),
    fuel: fuel.nullable().default('gasoline'),
    jack: z.enum(jackKinds).default('rotating'),
    /** K of a rotating code: it changes every 2^K seconds. */
    rotationExponent: z.number().int().min(0).max(15).optional(),
    mounting: z.enum(mountings as [(typeof mountings)[number], ...typeof mountings]).optional(),
    /** The sandbox processor's token; a card that declines or times out is another one. */
    processorToken: z.string().min(3).max(200).default('tok_ok'),
    driverName: z.string().min(1).max(60).default('Virtual driver'),
    phone: z
      .object({
        answer: z.enum(phoneAnswers).default('approve'),
        /** Always so long; without it 3 to 12 s as people take. */
        delayMs: z.number().int().min(0).max(3_600_000).optional(),
      })
      .default({ answer: 'approve' }),
  }),
  /** Orders and pays `items` pieces. */
  z.object({ do: z.literal('preorder'), plate, items: z.number().int().min(1).max(20).default(1) }),
  z.object({ do: z.literal('preorderState'), preorderId: z.uuid() }),
  /** The driver's phone tells the site: on the way and here in so long; here at that bay; or takes it back. */
  z.object({
    do: z.literal('onTheWay'),
    preorderId: z.uuid(),
    inMs: z
      .number()
      .int()
      .min(0)
      .max(24 * 3_600_000),
  }),
  z.object({
    do: z.literal('sayHere'),
    preorderId: z.uuid(),
    bay: z.number().int().min(1).max(99).nullable().default(null),
  }),
  z.object({ do: z.literal('notComing'), preorderId: z.uuid() }),
  /** The driver of `plate` scans cart `number`; from then on the other cart verbs mean that cart. */
  z.object({ do: z.literal('cartTake'), plate, number: z.number().int().min(1).max(9999) }),
  z.object({
    do: z.literal('cartPut'),
    plate,
    barcode: z.string().min(4).max(32),
    quantity: z.number().int().min(1).max(99).optional(),
    weightGram: z.number().int().min(1).max(1_000_000).optional(),
  }),
  z.object({ do: z.literal('cartWeigh'), plate, measuredGram: z.number().int().min(0).max(1_000_000) }),
  z.object({ do: z.literal('cartCheckout'), plate, asPickup: z.boolean().default(false) }),
  z.object({ do: z.literal('cartLeave'), plate }),
  z.object({ do: z.literal('vehicleApproaches'), plate, fast }),
  z.object({ do: z.literal('vehicleParks'), plate, laneId, fast }),
  z.object({ do: z.literal('engineOff'), plate }),
  z.object({ do: z.literal('engineOn'), plate }),
  z.object({ do: z.literal('leaves'), plate, fast }),
  z.object({ do: z.literal('drivesBy'), plate, speedKmh: z.number().min(5).max(120).default(50) }),
  z.object({ do: z.literal('unplugReceiver'), receiver }),
  z.object({ do: z.literal('plugReceiver'), receiver }),
  z.object({ do: z.literal('phoneApproves'), plate }),
  z.object({ do: z.literal('phoneDeclines'), plate }),
  z.object({ do: z.literal('phoneSilent'), plate }),
  z.object({ do: z.literal('phoneAnswers'), plate, answer: z.enum(phoneAnswers) }),
  /** Raw bytes on the line between controller and station: these, or so many random ones. */
  z.object({
    do: z.literal('garbage'),
    receiver,
    bytes: z.union([hex, z.number().int().min(1).max(100_000)]),
  }),
  /** Strangers' advertisements on one receiver (or all), in place of what was before; 0 ends it. */
  z.object({
    do: z.literal('background'),
    receiver: receiver.optional(),
    reportsPerSecond: z.number().min(0).max(50_000),
  }),
  /** One packet, past the radio model. */
  z.object({
    do: z.literal('hear'),
    receiver,
    code: z.string().max(80).optional(),
    dataHex: hex.max(62).optional(),
    rssiDbm: z.number().int().min(-127).max(20).nullable().default(-60),
  }),
  /** Takes the car out of the world; its phone stops listening. */
  z.object({ do: z.literal('removeVehicle'), plate }),
]);
/** A verb with its defaults filled in. */
export type LotCommand = z.output<typeof lotCommand>;
/** A verb as it may be written. */
export type LotCommandInput = z.input<typeof lotCommand>;
