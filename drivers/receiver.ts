/**
 * The contract that every receiver keeps, whatever radio is behind it.
 *
 *   bytes / D-Bus / file ──▶ Receiver ──▶ ReceiverEvent ─┬─ report     one advertisement heard
 *                                                        ├─ discarded  bytes that made no sense
 *                                                        └─ health     a change of state
 *
 *   unopened ──open()──▶ starting ──▶ healthy
 *                           │            │
 *                           └──▶ failed ◀┘        close() from anywhere ──▶ closed
 *
 * A receiver lives once: a second `open()`, or one after `failed` or `closed`, is refused. To
 * reconnect, make a new one with the {@link ReceiverFactory}; the station's supervision does, and it
 * also watches for radios that fall silent without an error.
 */
import type { Result } from '../shared/domain/index.ts';

export const receiverKinds = ['hci-uart', 'bluez', 'native', 'gateway', 'replay'] as const;
export type ReceiverKind = (typeof receiverKinds)[number];

/**
 * Whose address it is (Core Spec Vol 4 Part E 7.7.65.2 and .13). The two `-identity` types come from
 * controllers that resolve private addresses; `anonymous` adverts (extended only) carry none.
 */
export type AddressType =
  | 'public'
  | 'random'
  | 'public-identity'
  | 'random-identity'
  | 'anonymous'
  | 'unknown';

/** One advertisement as one receiver heard it. */
export interface AdvertisingReport {
  receiverId: string;
  /** Lower-case, most significant byte first: `aa:bb:cc:dd:ee:ff`. */
  address: string;
  addressType: AddressType;
  /** dBm, −127 to 20; null when the receiver does not know (127 on the wire). */
  rssiDbm: number | null;
  /** Advertising data (Core Spec Vol 3 Part C 11). Not to be changed; copy it to keep it for long. */
  data: Uint8Array;
  /** UTC milliseconds, may have a fraction. */
  atMs: number;
}

export const receiverErrorCodes = [
  'already-opened',
  'not-open',
  'port-not-found',
  'permission-denied',
  'port-busy',
  'port-failed',
  'port-lost',
  'no-answer',
  'not-a-controller',
  'not-a-gateway',
  'command-refused',
  'controller-crashed',
  'low-energy-unsupported',
  'file-not-found',
  'file-malformed',
  'file-not-writable',
  'adapter-missing',
  'adapter-off',
  'bus-unreachable',
  'discovery-stopped',
  'unsupported-here',
  'bad-specification',
] as const;
export type ReceiverErrorCode = (typeof receiverErrorCodes)[number];

/** Why a receiver does not hear. `text` is for logs; screens translate `code`. */
export interface ReceiverError {
  code: ReceiverErrorCode;
  text: string;
}

export type ReceiverHealth =
  | { state: 'unopened' }
  | { state: 'starting'; sinceAtMs: number }
  | { state: 'healthy'; sinceAtMs: number; lastReportAtMs: number | null }
  | { state: 'failed'; reason: ReceiverError; atMs: number }
  /** By `close()`, or because a recording came to its end. */
  | { state: 'closed'; atMs: number };

/** Why bytes were thrown away. */
export type DiscardReason =
  /** Bytes where a packet or a line should have begun. */
  | 'garbage'
  /** A packet that began, but whose inside contradicts its lengths. */
  | 'malformed'
  /** Longer than anything this protocol allows. */
  | 'too-long'
  /** The rest of a packet never came. */
  | 'cut-off'
  /** Parts of a fragmented advertisement whose other parts were lost. */
  | 'fragment-lost';

export type ReceiverEvent =
  | { type: 'report'; report: AdvertisingReport }
  | { type: 'discarded'; bytes: number; reason: DiscardReason; atMs: number }
  | { type: 'health'; health: ReceiverHealth };

/** All since `open()`. */
export interface ReceiverCounters {
  /** Whole packets, lines or messages understood, reports or not. */
  packets: number;
  reports: number;
  discardedBytes: number;
  /** Well-formed packets or events that mean nothing to this driver. */
  unknownEvents: number;
}

export type Unsubscribe = () => void;
export type ReceiverListener = (event: ReceiverEvent) => void;

export interface Receiver {
  /** The installer's name for it; stands in every report. */
  readonly id: string;
  readonly kind: ReceiverKind;
  /** Settles once it hears (or has failed: then `health()` says `failed` with the same reason). */
  open(): Promise<Result<void, ReceiverError>>;
  /** Calls `listener` for every event from now on, in order, never re-entrantly after `close()` settled. */
  subscribe(listener: ReceiverListener): Unsubscribe;
  health(): ReceiverHealth;
  counters(): ReceiverCounters;
  /** Stops and starts the scan of an open link. Refused with `not-open` while the link is down; never queued. */
  restartScan(): Promise<Result<void, ReceiverError>>;
  /** Frees the port. Safe to call at any time and more than once. */
  close(): Promise<void>;
}

/** Makes a new, unopened receiver each time; how links are replaced after a failure. */
export type ReceiverFactory = () => Receiver;
