/** What the station's core offers its neighbours (api, sync, main): signatures only. */
import type { InferContractRouterInputs } from '@orpc/contract';
import type { ExpectedListAnswer, SigningKey } from '../../shared/auth-code/index.ts';
import type { BeaconCode, Clock, Money, Result } from '../../shared/domain/index.ts';
import type { Cart, Reservation } from '../../shared/schemas/index.ts';
import type {
  CartPayment,
  DriveOff,
  ExpectedCar,
  OfferedItem,
  PaymentRequest,
  Release,
  SiteInfo,
  SitePreorder,
} from '../../shared/server-contract/index.ts';
import type {
  AttentionItem,
  CartOnSite,
  CartPaymentView,
  ChargeCandidate,
  ChargeView,
  FollowUp,
  HeldReservation,
  JournalEntry,
  KioskDevice,
  ListedCharge,
  LogSummary,
  LogVisit,
  MenuItemOnSite,
  OpenSession,
  Person,
  PrivacyState,
  Reconciliation,
  RefuelCandidate,
  RefusalReason,
  Role,
  ShiftView,
  SiteSettings,
  StationContract,
  VisitLevel,
  VisitView,
} from '../../shared/station-contract/index.ts';
import type { JournalCheck } from '../journal/index.ts';
import type { CommandName } from '../permissions/index.ts';
import type { PresenceChange, RestoredPresence } from '../presence/types.ts';
import type { Outbox } from './outbox-types.ts';

export * from './outbox-types.ts';

/** The station contract's inputs, one type per command. */
export type Inputs = InferContractRouterInputs<StationContract>;

/** Who does it, and at which kiosk. From the session; `null` person only for what the station does itself. */
export interface Actor {
  person: Person;
  /** The kiosk the session was opened at. */
  kioskId: string | null;
}

/** Every expected "no" of a command; the api maps each to the contract's error of the same name. */
export type CommandError =
  | { code: 'FORBIDDEN'; needs: Role[] }
  | { code: 'REFUSED'; reason: RefusalReason; by?: Person | null; detail?: string }
  /** Disk full, database read-only: nothing was changed. */
  | { code: 'NOT_KEPT'; detail: string };
export type CommandResult<T> = Result<T, CommandError>;
export type VisitAnswer = CommandResult<{ visit: VisitView }>;

export type ChargeAnswer = CommandResult<{ charge: ChargeView }>;

export type SignInError =
  | { code: 'PIN_WRONG'; attemptsLeft: number; retryAfterMs: number }
  | { code: 'PIN_LOCKED'; untilMs: number }
  | { code: 'NOT_KEPT'; detail: string };

/** Answer of the payment server to "whose code is this?". `unreachable` is asked again later. */
export type ServerAnswer =
  | { kind: 'known'; car: ExpectedCar }
  | { kind: 'unknown' }
  | { kind: 'unreachable' };

/** Asks the payment server about a code that the expected list does not know. Never rejects. */
export interface Resolver {
  askServer(code: BeaconCode, heardAtMs: number, laneId: string | null): Promise<ServerAnswer>;
}

// ---------- core ----------

/** The tracks of the presence engine, as far as the core has something to tell them. */
export interface PresenceTracks {
  /**
   * This code is that jack's. @returns true when another code of it was heard before: then the car's one track
   * has said what there is to say of this code (through `applyPresence`) when this returns.
   */
  sameCar(code: BeaconCode, jackId: string): boolean;
  /** A person sees the car of these codes (newest last) stand in this lane, which learns from it what its cars look like. */
  stoodIn(codes: readonly BeaconCode[], laneId: string): void;
}

export interface VisitsApi {
  /** What stands on the board now: live visits and those that still need attention. */
  board(): VisitView[];
  get(visitId: string): CommandResult<{ visit: VisitView; plate: string; story: JournalEntry[] }>;
  claim(actor: Actor, input: Inputs['visits']['claim']): VisitAnswer;
  release(actor: Actor, input: Inputs['visits']['release']): VisitAnswer;
  checkIn(actor: Actor, input: Inputs['visits']['checkIn']): VisitAnswer;
  setLane(actor: Actor, input: Inputs['visits']['setLane']): VisitAnswer;
  close(actor: Actor, input: Inputs['visits']['close']): VisitAnswer;
  /** Last plate digits (two or more) or an order number; board first, then the last day's visits. */
  search(text: string): VisitView[];
  /** From the presence engine, every change of every code (also unknown ones). Durable when it returns. */
  applyPresence(change: PresenceChange): void;
  /** Newer level of a car between changes: shown, never stored. */
  heard(code: BeaconCode, rssiDbm: number | null, atMs: number): void;
  /** Once the site is enrolled: who to ask about codes that the expected list does not know. */
  setResolver(resolver: Resolver | null): void;
  /** Who is told whose code it is, before its car is put on a visit. */
  setTracks(tracks: PresenceTracks): void;
  /** The codes heard of this visit's car, newest last; none when the visit is not known. */
  codesOf(visitId: string): readonly string[];
  /** Is it the code of a car that is expected or here? */
  knowsCode(code: BeaconCode, atMs: number): boolean;
  /** Whose code it was at that time, as far as this site knows: the same for all codes of one jack. */
  jackOf(code: BeaconCode, atMs: number): string | null;
  /** For PresenceEngine.restore after a restart. */
  presencesToRestore(): RestoredPresence[];
}

export interface PickupsApi {
  markReady(actor: Actor, input: Inputs['pickups']['markReady']): VisitAnswer;
  markItemUnavailable(actor: Actor, input: Inputs['pickups']['markItemUnavailable']): VisitAnswer;
  handOver(actor: Actor, input: Inputs['pickups']['handOver']): VisitAnswer;
  undoHandOver(actor: Actor, input: Inputs['pickups']['undoHandOver']): VisitAnswer;
}

export interface RefuelsApi {
  candidates(input: Inputs['refuels']['candidates']): {
    candidates: RefuelCandidate[];
    mayChooseByItself: boolean;
  };
  start(actor: Actor, input: Inputs['refuels']['start']): VisitAnswer;
  complete(actor: Actor, input: Inputs['refuels']['complete']): VisitAnswer;
  askAgain(actor: Actor, input: Inputs['refuels']['askAgain']): VisitAnswer;
  settleOtherwise(actor: Actor, input: Inputs['refuels']['settleOtherwise']): VisitAnswer;
  cancel(actor: Actor, input: Inputs['refuels']['cancel']): VisitAnswer;
  /** Payment requests whose outcome must be looked up (`site.getPaymentRequest`), then applyPaymentRequest. */
  unknownPaymentRequests(): string[];
}

export interface ChargesApi {
  candidates(input: Inputs['charges']['candidates']): {
    candidates: ChargeCandidate[];
    mayChooseByItself: boolean;
  };
  request(actor: Actor, input: Inputs['charges']['request']): ChargeAnswer;
  cancel(actor: Actor, input: Inputs['charges']['cancel']): ChargeAnswer;
  askAgain(actor: Actor, input: Inputs['charges']['askAgain']): ChargeAnswer;
  /** Slow where a manager's PIN is given: it is tried as at sign-in, with the same delays and lock. */
  refund(actor: Actor, input: Inputs['charges']['refund']): Promise<ChargeAnswer>;
  list(input: Inputs['charges']['list']): {
    charges: ListedCharge[];
    paid: Money;
    givenBack: Money;
  };
}

export type CartAnswer = CommandResult<{ cart: CartOnSite }>;

export interface CartsApi {
  list(): { carts: CartOnSite[]; asOfMs: number | null; nowMs: number };
  free(actor: Actor, input: Inputs['carts']['free']): CartAnswer;
  acknowledge(actor: Actor, input: Inputs['carts']['acknowledge']): CartAnswer;
  priceItem(actor: Actor, input: Inputs['carts']['priceItem']): CartAnswer;
  checkOut(actor: Actor, input: Inputs['carts']['checkOut']): CartAnswer;
  payments(input: Inputs['carts']['payments']): {
    payments: CartPaymentView[];
    paid: Money;
    givenBack: Money;
  };
  /** Slow where a manager's PIN is given: it is tried as at sign-in, with the same delays and lock. */
  refund(
    actor: Actor,
    input: Inputs['carts']['refund'],
  ): Promise<CommandResult<{ payment: CartPaymentView }>>;
}

export type MenuItemAnswer = CommandResult<{ item: MenuItemOnSite }>;

export interface MenuApi {
  list(): { items: MenuItemOnSite[]; asOfMs: number | null; nowMs: number };
  setSoldOut(actor: Actor, input: Inputs['menu']['setSoldOut']): MenuItemAnswer;
}

export interface Session {
  person: Person;
  kioskId: string | null;
  expiresAtMs: number;
}

export interface StaffApi {
  /** People who can sign in (not retired). */
  people(): Person[];
  list(): Array<Person & { retired: boolean; lockedUntilMs: number | null }>;
  /** Slow on purpose (scrypt, off the main thread), hence the one kind of call that is asynchronous. */
  signIn(input: {
    staffId: string;
    pin: string;
    kioskId: string | null;
  }): Promise<Result<Session & { token: string }, SignInError>>;
  /**
   * Is this the PIN of somebody who works here? Counted, slowed down and locked exactly as a sign-in; opens
   * no session.
   */
  tryPin(input: {
    staffId: string;
    pin: string;
    kioskId: string | null;
  }): Promise<Result<Person, SignInError>>;
  signOut(token: string): void;
  /** Cheap: answers from memory. null = no valid sign-in. */
  session(token: string): Session | null;
  /** What a person did, newest first, and their open sign-ins. */
  story(input: Inputs['staff']['story']): {
    entries: JournalEntry[];
    nextBeforeSequence: number | null;
    signIns: Array<{ kiosk: string | null; sinceMs: number; expiresAtMs: number }>;
  };
  /** Everybody who is signed in; `hereToken`: whose question it is. */
  sessions(hereToken: string): OpenSession[];
  endSession(actor: Actor, input: Inputs['staff']['endSession']): CommandResult<Record<string, never>>;
  unlock(actor: Actor, input: Inputs['staff']['unlock']): CommandResult<Record<string, never>>;
  add(actor: Actor, input: Inputs['staff']['add']): Promise<CommandResult<{ person: Person }>>;
  resetPin(actor: Actor, input: Inputs['staff']['resetPin']): Promise<CommandResult<Record<string, never>>>;
  retire(actor: Actor, input: Inputs['staff']['retire']): CommandResult<Record<string, never>>;
  /** First start and demo: adds a person without an actor; only while nobody is there, or for the demo's people. */
  seed(people: Array<{ displayName: string; role: Role; pin: string }>): Promise<Person[]>;
}

/** The devices at which PINs work. `null` is the first kiosk: the station's own machine. */
export interface KiosksApi {
  /** The first kiosk, then those that were let in, longest first. */
  list(): KioskDevice[];
  nameOf(kioskId: string | null): string | null;
  /** Cheap: asked before every call. */
  isIn(kioskId: string | null): boolean;
  idsIn(): string[];
  /** As many as a station serves. */
  isFull(): boolean;
  /** A device's credential → its id; null when it is not (or no longer) one. Takes as long either way. */
  admit(credential: string): string | null;
  /** @param by Who made the code. The credential is told this once. */
  join(
    by: Actor,
    name: string,
  ): Result<{ kioskId: string; credential: string }, 'name-taken' | 'too-many' | 'not-kept'>;
  rename(actor: Actor, input: Inputs['kiosks']['rename']): CommandResult<{ kiosk: KioskDevice }>;
  remove(actor: Actor, input: Inputs['kiosks']['remove']): CommandResult<Record<string, never>>;
  /** After commit: whoever holds connections of that kiosk closes them. */
  onRemoved(listener: (kioskId: string) => void): () => void;
  /** A connection of that kiosk was opened. @returns what to call when it is closed. */
  connected(kioskId: string | null): () => void;
}

export interface PrivacyApi {
  state(): Omit<PrivacyState, 'olderBackups'>;
  set(actor: Actor, input: Inputs['privacy']['set']): CommandResult<Record<string, never>>;
  /** The payment server says to forget these jacks (blocked, given up, or `erase`: their driver was erased). */
  forget(jackIds: readonly string[], erase: boolean): void;
  /** Erases what is put away of erased drivers. By itself, whenever a visit goes. */
  eraseForgotten(): Promise<void>;
  /** Erases what is due unless this business day's erasure is done. By itself every hour. */
  eraseDue(): Promise<void>;
}

export interface LogApi {
  journal(input: Inputs['log']['journal']): { entries: JournalEntry[]; unbroken: boolean };
  day(input: Inputs['log']['day']): { visits: Array<VisitView & { plate: string }> };
  attention(): AttentionItem[];
  resolveAttention(
    actor: Actor,
    input: Inputs['log']['resolveAttention'],
  ): CommandResult<Record<string, never>>;
  verifyJournal(): JournalCheck;
}

/** A line of the server contract's statement. */
export interface StatementLine {
  lineId: string;
  kind: 'preorder' | 'refuel' | 'refuel-reservation' | 'charge';
  preorderId: string | null;
  paymentRequestId: string | null;
  refuelId: string | null;
  movement: 'taken' | 'given-back';
  amount: { amountMinor: number; currency: string };
  atMs: number;
}

/** What the payment server told of money to give back and of cars that left unpaid. */
export interface ServerFollowUps {
  atMs: number;
  releases: Release[];
  driveOffs: DriveOff[];
}

export interface DailyLogApi {
  rows(
    input: Inputs['dailyLog']['rows'],
  ): CommandResult<{ visits: LogVisit[]; total: number; asOfMs: number }>;
  /** Read in slices: other calls are answered in between. */
  summary(input: Inputs['dailyLog']['summary']): Promise<CommandResult<LogSummary>>;
  people(): Person[];
  carts(input: Inputs['dailyLog']['carts']): CommandResult<{ payments: CartPaymentView[]; total: number }>;
  reservations(): HeldReservation[];
  /** `told` null: the server has never told. */
  followUps(told: ServerFollowUps | null): FollowUp[];
  /** Reads what visits are searched by. By itself at the first search, which the tables answer. */
  readWords(): Promise<void>;
  /** What to ask the server's statement for, to reconcile a business day. */
  statementSpan(day: string): { fromMs: number; toMs: number };
  reconcile(day: string, statement: readonly StatementLine[]): Reconciliation;
}

export interface ShiftsApi {
  current(actor: Actor): { shift: ShiftView | null; colleagues: Person[] };
  list(input: Inputs['shifts']['list']): { shifts: ShiftView[] };
  open(actor: Actor, input: Inputs['shifts']['open']): CommandResult<{ shift: ShiftView }>;
  close(actor: Actor, input: Inputs['shifts']['close']): CommandResult<{ shift: ShiftView }>;
}

export type { JournalCheck };

/** Enrolment at the payment server. The credential never leaves the station. */
export interface Enrolment {
  serverUrl: string;
  credential: string;
  site: SiteInfo;
  /** What expected lists are signed with; absent where the site was enrolled before there was one. */
  signingKey?: SigningKey;
  /** The credential before, from a renewal until the new one was used once. */
  formerCredential?: string;
}

export interface KeptList {
  version: string;
  /** Until when it names rotating codes. */
  toMs: number;
  asOfMs: number;
}

/** `signature`: it is not what the server signed. `key`: no way leads from the pinned key to the one that signed. */
export type ListRefusal = 'signature' | 'key';

export interface SettingsApi {
  site(): SiteSettings;
  updateSite(actor: Actor, input: Inputs['setup']['updateSite']): CommandResult<{ site: SiteSettings }>;
  /** Without an actor: first start, demo. Same durability and journal. */
  seedSite(changes: Partial<SiteSettings>): SiteSettings;
  enrolment(): Enrolment | null;
  /** After `public.enrol` succeeded: keeps it and takes over the site's name, currency and time zone. */
  keepEnrolment(
    actor: Actor | null,
    enrolment: Enrolment,
    idempotencyKey: string | null,
  ): CommandResult<{ site: SiteSettings }>;
  /**
   * A renewed credential, durable when this returns: before it is used, because its first use ends the old one. What
   * is remembered under `forgetKey` goes in the same transaction.
   */
  keepRenewedCredential(credential: string, forgetKey: string): Enrolment;
  /** The renewed credential was used once. */
  confirmCredential(): void;
  /** The server does not know the renewed credential (it was restored, say): the one before counts again. Null: there is none. */
  returnToFormerCredential(): Enrolment | null;
  /** Small things neighbours must remember over a restart (receiver specs, last event id …). */
  remember(key: string, value: string): void;
  recall(key: string): string | null;
  /** All that is kept under keys that begin so, by key. */
  recallAll(prefix: string): string[];
  /**
   * A setting of the installer's: role, idempotency, journal and value in one transaction. `change` gets the
   * kept value and gives the new one with what is answered, or a reason why not. `parts` are what is
   * changed of it: who did so last is named when another is refused as `changed-meanwhile`.
   */
  keep<T>(
    actor: Actor,
    name: CommandName,
    input: { idempotencyKey: string },
    entry: { key: string; journal: string; details: Record<string, unknown>; parts?: readonly string[] },
    change: (kept: string | null) => Result<{ value: string; answer: T }, RefusalReason>,
  ): CommandResult<T>;
}

/** What the server says, applied in one transaction each; all idempotent. */
export interface ServerNewsApi {
  /**
   * Replaces the expected list, or lays what changed over it, in one transaction; cars with a live visit are kept.
   * @returns false: the changes are of another list than the one kept here, and nothing was touched
   */
  expectedList(list: ExpectedListAnswer): boolean;
  /** What is kept of it; null: never had one. */
  keptList(): KeptList | null;
  /** A list that is not the server's came: told in the journal; the kept one stays. */
  listRefused(reason: ListRefusal): void;
  /** The key that lists are signed with from now on; whoever says so has checked it. */
  signingKey(key: SigningKey): void;
  /** The site's rules as the server holds them. */
  site(site: SiteInfo): void;
  preorder(jackId: string, preorder: SitePreorder, car: ExpectedCar): void;
  paymentRequest(request: PaymentRequest): void;
  /** The server's answer to a refund, with its payment request as it stands after it. */
  refundAnswer(refundId: string, request: PaymentRequest): void;
  reservation(jackId: string, reservation: Reservation): void;
  /** A cart as the server tells of it; newest version wins. */
  cart(cart: Cart): void;
  /** The whole fleet, asked for after a reconnect. */
  fleet(carts: readonly Cart[]): void;
  /** Checkouts of carts with what was in them, asked for after a reconnect. */
  cartPayments(payments: readonly CartPayment[]): void;
  /** The server answered what was asked for here; `code`: why it refused. */
  cartAnswer(asked: { cartId: string; tripId: string }, code: string | null): void;
  /** The site's menu, whole. */
  menu(items: readonly OfferedItem[]): void;
  /** The server answered a mark of what is sold out; `item`: how it stands there, null: it refused. */
  soldOutAnswer(answer: { menuItemId: string; outboxId: string; item: OfferedItem | null }): void;
  /** The event stream's position, kept with the news it belongs to. */
  /** The server's clock shows this now. */
  serverTime(nowMs: number): void;
  lastEventId(): string | null;
  keepLastEventId(eventId: string): void;
}

export interface Core {
  visits: VisitsApi;
  pickups: PickupsApi;
  refuels: RefuelsApi;
  charges: ChargesApi;
  carts: CartsApi;
  menu: MenuApi;
  staff: StaffApi;
  kiosks: KiosksApi;
  log: LogApi;
  privacy: PrivacyApi;
  dailyLog: DailyLogApi;
  shifts: ShiftsApi;
  settings: SettingsApi;
  outbox: Outbox;
  news: ServerNewsApi;
  /** After commit, never before. Returns the way to stop listening. */
  onVisitChanged(listener: (visit: VisitView) => void): () => void;
  onVisitGone(listener: (visitId: string) => void): () => void;
  /** How well each car is heard; beside everything else, at most once a second. */
  onLevels(listener: (levels: VisitLevel[]) => void): () => void;
  onSiteChanged(listener: (site: SiteSettings) => void): () => void;
  /** Counts of the outbox changed (for the status line). */
  onOutboxChanged(listener: () => void): () => void;
  /** Asked before a moment is told to anybody: if the machine's clock was corrected, what is going on moves first. */
  followClock(): void;
  /** The machine's clock was corrected by so many milliseconds: everything was told anew with it. */
  onClockCorrected(listener: (byMs: number) => void): () => void;
  /** Something the station did by itself (presence, closing) could not be kept: disk full, read-only. */
  onNotKept(listener: (detail: string) => void): () => void;
  /** A copy of the records as they are, while the station goes on. @throws SqliteError when it cannot be written */
  backupTo(path: string): Promise<void>;
  close(): void;
}

export type { OpenError as CoreOpenError, OpenErrorCode as CoreOpenErrorCode } from '../db/index.ts';

/** scrypt's N, r and p (RFC 7914): N · r · 128 bytes of memory for one try. */
export interface PinCost {
  N: number;
  r: number;
  p: number;
}

export interface CoreOptions {
  dataDir: string;
  clock: Clock;
  /** Without one (server not enrolled) only the expected list resolves codes. */
  resolver?: Resolver;
  /** How slow a PIN is to try. Left out where people work; tests, which try a thousand, take less. */
  pinCost?: PinCost;
  /** The demo's people have simple PINs. */
  allowSimplePins?: boolean;
}
