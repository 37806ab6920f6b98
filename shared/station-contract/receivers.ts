/** What the installer sees of the radio: found ports, live checks, levels, lanes, walk tests, recordings. */
import * as z from 'zod';
import { id, utcMs } from '../schemas/index.ts';
import { limitRange } from '../station-facts/index.ts';
import { presenceState, radioStatus, receiverView, serverStatus } from './views.ts';

export const receiverName = z.string().trim().min(1).max(40);
/** `kind:where`, as drivers/ reads it (docs/protocols/drivers.md). */
export const receiverSpec = z.string().min(1).max(300);
/** A code as it is broadcast: `<kind>:<hex>`. */
export const codeText = z.string().regex(/^[a-z-]{6,16}:[0-9a-f]{16,40}$/);
const dbm = z.number().min(-127).max(20);

/** Something this machine has that may be a receiver. */
export const foundReceiver = z.object({
  /** Stays the same when it is plugged out and in again. */
  name: z.string(),
  spec: z.string(),
  path: z.string(),
  guess: z.enum(['likely', 'possible', 'unlikely']),
  why: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('known-device'), device: z.string() }),
    z.object({ kind: z.literal('usb'), vendorId: z.string(), productId: z.string().nullable() }),
    z.object({ kind: z.literal('no-usb') }),
    z.object({ kind: z.literal('adapter'), powered: z.boolean() }),
    z.object({ kind: z.literal('own-adapter') }),
  ]),
  /** Already one of the station's receivers: its id. */
  usedBy: z.string().nullable(),
});
export type FoundReceiver = z.infer<typeof foundReceiver>;

/**
 * Opening a candidate for some seconds, saving nothing. A serial port that does not answer is tried at the other
 * usual speeds, as a controller and as a gateway. Ends with `done` or `failed`.
 */
export const checkEvent = z.discriminatedUnion('state', [
  z.object({ state: z.literal('opening') }),
  z.object({
    state: z.literal('trying'),
    baudRate: z.number().int(),
    /** This is the `nth` of so many speeds. */
    nth: z.number().int(),
    of: z.number().int(),
  }),
  z.object({
    state: z.literal('hearing'),
    leftMs: z.number().int(),
    reports: z.number().int(),
    devices: z.number().int(),
    codes: z.number().int(),
  }),
  z.object({
    state: z.literal('done'),
    reportsPerSecond: z.number(),
    reports: z.number().int(),
    devices: z.number().int(),
    /** Advertisements that carry a code, whosever it is. */
    codes: z.number().int(),
    /** Codes of cars that are here or on the way just now. */
    ours: z.number().int(),
    discardedBytes: z.number().int(),
    /** What to add: as it was asked for, or with the driver and speed that answered. */
    spec: receiverSpec,
    /** The driver and speed that answered where those asked for did not; null: as asked for. */
    found: z.object({ driver: z.enum(['hci-uart', 'gateway']), baudRate: z.number().int() }).nullable(),
  }),
  /** `reason` is a driver's code (`not-a-controller`, `no-answer`, …), `in-use` or `busy`. */
  z.object({ state: z.literal('failed'), reason: z.string() }),
]);
export type CheckEvent = z.infer<typeof checkEvent>;

/** What somebody who may change the machine does so that a receiver can be opened. */
export const remedyView = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('group'), user: z.string(), group: z.string(), command: z.string() }),
  /** In the group already, but the station was started before that. */
  z.object({ kind: z.literal('sign-in-again'), user: z.string(), group: z.string() }),
  /** `certain`: it was seen to have the port open; else it runs and is known to take new ports. */
  z.object({
    kind: z.literal('program'),
    program: z.string(),
    certain: z.boolean(),
    command: z.string(),
  }),
  z.object({ kind: z.literal('command'), command: z.string() }),
]);
export type RemedyView = z.infer<typeof remedyView>;

/** One code at one receiver, as heard since the last batch. */
export const liveLevel = z.object({
  code: z.string(),
  receiverId: z.string(),
  atMs: utcMs,
  rawDbm: z.number().nullable(),
  smoothedDbm: z.number().nullable(),
  hearings: z.number().int(),
});
export type LiveLevel = z.infer<typeof liveLevel>;

export const liveEvent = z.object({
  atMs: utcMs,
  levels: z.array(liveLevel),
  /** Once a second; null in between. */
  receivers: z.array(receiverView).nullable(),
});
export type LiveEvent = z.infer<typeof liveEvent>;

export const presenceWhy = z.object({
  code: z.string(),
  state: presenceState,
  laneId: z.string().nullable(),
  laneCandidates: z.array(z.string()),
  /** The rule of the state machine that gave this state (docs/presence.md). */
  rule: z.string(),
  sinceMs: utcMs,
  marginDb: z.number().nullable(),
  levels: z.array(
    z.object({
      receiverId: z.string(),
      smoothedDbm: z.number().nullable(),
      hearings: z.number().int(),
      lastHeardAtMs: utcMs,
    }),
  ),
});
export type PresenceWhyView = z.infer<typeof presenceWhy>;

export const laneReceiver = z
  .object({
    receiverId: z.string().min(1).max(40),
    /** Level from which a car is in the lane; null: receivers are compared with each other (better). */
    enterDbm: dbm.nullable(),
    /** Level below which it is out again. */
    exitDbm: dbm.nullable(),
  })
  .refine(({ enterDbm, exitDbm }) => enterDbm === null || exitDbm === null || exitDbm <= enterDbm, {
    message: 'exitDbm lies above enterDbm',
  });
export type LaneReceiverView = z.infer<typeof laneReceiver>;
const withinRange = (limitDbm: number | null) =>
  limitDbm === null || (limitDbm <= limitRange.loudestDbm && limitDbm >= limitRange.faintestDbm);
export const laneRadio = z.object({
  laneId: z.string().min(1).max(40),
  receivers: z
    .array(
      laneReceiver.refine(({ enterDbm, exitDbm }) => withinRange(enterDbm) && withinRange(exitDbm), {
        message: 'a limit that no level ever reaches',
      }),
    )
    .max(32)
    .refine((list) => new Set(list.map(({ receiverId }) => receiverId)).size === list.length, {
      message: 'a receiver stands at a lane once',
    }),
});
export type LaneRadio = z.infer<typeof laneRadio>;
/** `chosen`: the installer said so; otherwise it follows from the receivers' names. */
export const laneRadioView = z.object({
  laneId: z.string(),
  receivers: z.array(laneReceiver),
  chosen: z.boolean(),
});
export type LaneRadioView = z.infer<typeof laneRadioView>;

const share = z.number().min(0).max(1);
/**
 * What would go wrong of the stops in lanes that were walked. Reports of earlier versions have neither `wrongLane` nor
 * `unsure`: their `missed` counts both, and their `false` each wrong name.
 */
export const walkShares = z.object({
  /** Not recognised as arrived while the car stands. */
  missed: share,
  /** Recognised, named at another lane. */
  wrongLane: share.optional(),
  /** Recognised, named as one of several lanes: no error. */
  unsure: share.optional(),
  /** Called arrived while still on its way. */
  false: share,
});
export type WalkShares = z.infer<typeof walkShares>;

/** What to do about lanes that would often be wrong: walk-advice.ts. */
export const walkAdvice = z.object({
  what: z.enum([
    'jack-not-heard',
    'receiver-not-heard',
    'too-faint',
    'sound-alike',
    'walk-again',
    'move-receiver',
  ]),
  laneIds: z.array(z.string()),
});
export type WalkAdvice = z.infer<typeof walkAdvice>;

export const walkReport = z.object({
  testId: id,
  startedAtMs: utcMs,
  finishedAtMs: utcMs,
  by: z.string(),
  hearings: z.number().int(),
  /** How many codes the jack was heard under: more than one where its code rotates. */
  codes: z.number().int().min(1).default(1),
  lanes: z.array(
    z.object({
      laneId: z.string(),
      marks: z.number().int(),
      /** Median level while the car stood in the lane, loudest first. */
      levels: z.array(
        z.object({ receiverId: z.string(), medianDbm: z.number(), hearings: z.number().int() }),
      ),
      suggested: z.array(laneReceiver),
      /** false: no limit tells this lane from the others; comparing receivers may. */
      separable: z.boolean(),
      /** With the proposal in force; reports of earlier versions do not say it lane by lane. */
      expected: walkShares.optional(),
    }),
  ),
  /** What was heard, a point a second at most, for drawing; times from the start of the test. */
  trace: z
    .array(
      z.object({
        receiverId: z.string(),
        points: z.array(z.object({ offsetMs: z.number().int(), dbm: z.number() })),
      }),
    )
    .default([]),
  marks: z.array(z.object({ laneId: z.string(), offsetMs: z.number().int() })).default([]),
  /** What the receivers were called then: a report is read when they are long called otherwise, or gone. */
  receivers: z.array(z.object({ receiverId: z.string(), name: z.string() })).default([]),
  /** Each stand, run many times as other cars through the station's own judgement. */
  expected: z.object({
    trials: z.number().int(),
    /** As the lanes are set now. */ now: walkShares,
    /** With the suggested receivers and limits, and the lanes taught by this walk. */ suggested: walkShares,
  }),
  advice: z.array(walkAdvice).default([]),
});
export type WalkReport = z.infer<typeof walkReport>;

/** What the list of kept reports says of each. */
export const walkReportHead = z.object({
  testId: id,
  startedAtMs: utcMs,
  finishedAtMs: utcMs,
  by: z.string(),
  laneIds: z.array(z.string()),
  marks: z.number().int(),
  expected: walkShares,
});
export type WalkReportHead = z.infer<typeof walkReportHead>;

export const walkState = z.object({
  running: z
    .object({
      testId: id,
      code: z.string(),
      startedAtMs: utcMs,
      /** Who began it. */
      by: z.string(),
      hearings: z.number().int(),
      /** How many codes of the jack were heard so far. */
      codes: z.number().int(),
      /** The trace is as long as it may get: finish now. */
      full: z.boolean(),
      marks: z.array(z.object({ laneId: z.string(), atMs: utcMs, hearings: z.number().int() })),
    })
    .nullable(),
  /** The newest one that ended without a report: the other installer, and the one after a restart, see why. */
  ended: z
    .object({
      /** `restart`: the station was restarted; a trace is kept in memory only. */
      how: z.enum(['cancelled', 'restart']),
      startedAtMs: utcMs,
      by: z.string(),
      cancelledBy: z.string().nullable(),
    })
    .nullable(),
  last: walkReport.nullable(),
});
export type WalkState = z.infer<typeof walkState>;

export const recordingView = z.object({
  recordingId: z.string(),
  startedAtMs: utcMs,
  endedAtMs: utcMs.nullable(),
  scrambled: z.boolean(),
  /** `disk-refused`: disk full or read-only; everything up to there is kept. */
  ended: z.enum(['recording', 'stopped', 'full', 'disk-refused', 'interrupted']),
  files: z.array(
    z.object({
      receiverId: z.string(),
      name: z.string(),
      records: z.number().int(),
      bytes: z.number().int(),
      dropped: z.number().int(),
    }),
  ),
});
export type RecordingView = z.infer<typeof recordingView>;

const replayFacts = z.object({
  /** How far in the recording. */
  offsetMs: z.number().int(),
  reports: z.number().int(),
  devices: z.number().int(),
  codes: z.number().int(),
  /** Since the event before; in order; times from the recording's start. */
  changes: z.array(
    z.object({
      offsetMs: z.number().int(),
      code: z.string(),
      state: presenceState,
      laneId: z.string().nullable(),
      rule: z.string(),
    }),
  ),
});

/** A car as the board would show it at this moment of a recording. */
export const replayCar = z.object({
  code: z.string(),
  state: presenceState,
  laneId: z.string().nullable(),
  laneCandidates: z.array(z.string()),
  sinceOffsetMs: z.number().int(),
});
export type ReplayCar = z.infer<typeof replayCar>;

/** A recording run through the station's judgement, apart from the live visits. Ends with `done`. */
export const replayEvent = z.discriminatedUnion('state', [
  replayFacts.extend({
    state: z.literal('playing'),
    /** Of the whole recording; null: it was interrupted, nobody knows. */
    durationMs: z.number().int().nullable(),
    here: z.array(replayCar),
  }),
  replayFacts.extend({
    state: z.literal('done'),
    here: z.array(replayCar),
    /** false: more happened than is told; only the first changes were given. */
    complete: z.boolean(),
  }),
  z.object({ state: z.literal('failed'), reason: z.enum(['recording-not-readable']) }),
]);
export type ReplayEvent = z.infer<typeof replayEvent>;

/** A transmitter fixed at the site that proves the whole chain by being heard. */
export const testBeaconView = z.object({
  code: z.string().nullable(),
  silentAfterMs: z.number().int(),
  lastHeardAtMs: utcMs.nullable(),
  /** null: none is set, or it is still waited for. */
  heard: z.boolean().nullable(),
});
export type TestBeaconView = z.infer<typeof testBeaconView>;

/** Everything somebody far away needs to help; no plates, no people, no credentials. */
export const diagnosticsBundle = z.object({
  madeAtMs: utcMs,
  versions: z.object({ product: z.string(), node: z.string(), platform: z.string(), arch: z.string() }),
  uptimeMs: z.number().int(),
  memoryMb: z.number(),
  settings: z.object({
    currency: z.string(),
    timeZone: z.string(),
    simulated: z.boolean(),
    enrolled: z.boolean(),
    serverHost: z.string().nullable(),
    lanes: z.array(laneRadioView),
    testBeacon: z.object({ set: z.boolean(), silentAfterMs: z.number().int() }),
  }),
  status: z.object({
    radio: radioStatus,
    server: serverStatus,
    outbox: z.object({ waiting: z.number().int(), attention: z.number().int() }),
  }),
  receivers: z.array(receiverView),
  healthHistory: z.array(
    z.object({
      atMs: utcMs,
      receiverId: z.string(),
      state: z.string(),
      reason: z.string().nullable(),
      /** Of an unstable one: the most that it was lost within ten minutes. */
      losses: z.number().int().optional(),
    }),
  ),
  presence: z.object({
    trackedCodes: z.number().int(),
    evicted: z.number().int(),
    refused: z.number().int(),
  }),
  logLines: z.array(z.string()),
});
export type DiagnosticsBundle = z.infer<typeof diagnosticsBundle>;
