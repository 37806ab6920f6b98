/**
 * Who works here, and who is signed in.
 *
 *   signIn → locked or too early? ──→ PIN_LOCKED / PIN_WRONG, untried
 *          → the try is counted as failed (durable), only then is the PIN hashed and compared
 *          → right: the count is cleared, a session begins   → wrong: slower, then locked
 */
import { createHash, randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import { err, newId, ok, type Result } from '../../shared/domain/index.ts';
import type { OpenSession, Person, Role } from '../../shared/station-contract/index.ts';
import type { Actor, CommandResult, Inputs, PinCost, Session, SignInError, StaffApi } from '../core/types.ts';
import { type Records, Refusal } from '../records/index.ts';
import { delaysAfter, pinDelays } from './pin-delays.ts';
import { hashPin, isTooSimple, nobodysHash, pinMatches, usualPinCost } from './pins.ts';
import { type StaffRow, StaffStore } from './staff-store.ts';

interface PinTry {
  staffId: string;
  pin: string;
  kioskId: string | null;
}

const nothing: Record<string, never> = {};

export class Staff implements StaffApi {
  readonly #records: Records;
  readonly #store: StaffStore;
  readonly #allowSimplePins: boolean;
  readonly #pinCost: PinCost;
  readonly #sessions = new Map<string, Session>();
  #trying = 0;

  constructor(records: Records, allowSimplePins: boolean, pinCost: PinCost = usualPinCost) {
    this.#records = records;
    this.#store = new StaffStore(records.db.sqlite);
    this.#allowSimplePins = allowSimplePins;
    this.#pinCost = pinCost;
    records.movesWithClock((_tx, byMs) => this.#store.moveWithClock(byMs));
    // They are read again as they are kept now.
    records.clockCorrected.add(() => this.#sessions.clear());
  }

  people(): Person[] {
    return this.#store
      .all()
      .filter((s) => s.retiredAtMs === null)
      .map(({ staffId, displayName, role }) => ({ staffId, displayName, role }));
  }

  list(): Array<Person & { retired: boolean; lockedUntilMs: number | null }> {
    const nowMs = this.#records.clock.nowMs();
    return this.#store.all().map((s) => ({
      staffId: s.staffId,
      displayName: s.displayName,
      role: s.role,
      retired: s.retiredAtMs !== null,
      lockedUntilMs:
        s.lockedUntilMs > nowMs
          ? Math.min(s.lockedUntilMs, nowMs + delaysAfter(s.failedAttempts).lockMs)
          : null,
    }));
  }

  story(input: Inputs['staff']['story']) {
    return {
      ...this.#records.journal.ofPerson(input.staffId, input.beforeSequence),
      signIns: this.#store
        .openSessionsOf(input.staffId, this.#records.clock.nowMs())
        .map((one) => ({ ...one, kiosk: this.#records.kioskNames.get(one.kiosk) ?? one.kiosk })),
    };
  }

  async signIn(input: PinTry): Promise<Result<Session & { token: string }, SignInError>> {
    const tried = await this.#try(input);
    if (!tried.ok) return tried;
    const person = tried.value;
    const token = randomBytes(32).toString('base64url');
    const expiresAtMs = this.#records.clock.nowMs() + pinDelays.sessionMs;
    const session: Session = { person, kioskId: input.kioskId, expiresAtMs };
    try {
      this.#records.transact({ person, kioskId: input.kioskId }, (tx) => {
        this.#store.setAttempts(person.staffId, 0, 0, 0);
        this.#store.addSession(hashOf(token), person.staffId, input.kioskId, tx.nowMs, expiresAtMs);
        tx.journal('signed-in', null);
      });
    } catch (error) {
      if (error instanceof Database.SqliteError) return err({ code: 'NOT_KEPT', detail: error.message });
      throw error;
    }
    this.#sessions.set(hashOf(token), session);
    return ok({ ...session, token });
  }

  async tryPin(input: PinTry): Promise<Result<Person, SignInError>> {
    const tried = await this.#try(input);
    if (!tried.ok) return tried;
    try {
      this.#records.transact(null, () => this.#store.setAttempts(tried.value.staffId, 0, 0, 0));
    } catch (error) {
      if (error instanceof Database.SqliteError) return err({ code: 'NOT_KEPT', detail: error.message });
      throw error;
    }
    return tried;
  }

  async #try(input: PinTry): Promise<Result<Person, SignInError>> {
    if (this.#trying >= pinDelays.triesAtOnce) {
      return err({ code: 'PIN_WRONG', attemptsLeft: pinDelays.attempts, retryAfterMs: pinDelays.slowMs });
    }
    this.#trying++;
    try {
      return await this.#tryOnce(input);
    } catch (error) {
      if (error instanceof Database.SqliteError) return err({ code: 'NOT_KEPT', detail: error.message });
      throw error;
    } finally {
      this.#trying--;
    }
  }

  /** Right or wrong; the caller clears the count in the transaction of what the right PIN is for. */
  async #tryOnce(input: PinTry): Promise<Result<Person, SignInError>> {
    const nowMs = this.#records.clock.nowMs();
    const staff = this.#store.get(input.staffId);
    if (staff === null || staff.retiredAtMs !== null) {
      // As slow as a wrong PIN: time must not tell who works here.
      await pinMatches(input.pin, nobodysHash(this.#pinCost));
      return err({ code: 'PIN_WRONG', attemptsLeft: pinDelays.attempts - 1, retryAfterMs: 0 });
    }
    const wait = this.#waitOf(staff, nowMs);
    if (wait.lockedUntilMs > nowMs) return err({ code: 'PIN_LOCKED', untilMs: wait.lockedUntilMs });
    if (wait.retryAtMs > nowMs) {
      return err({
        code: 'PIN_WRONG',
        attemptsLeft: Math.max(0, pinDelays.attempts - staff.failedAttempts),
        retryAfterMs: wait.retryAtMs - nowMs,
      });
    }
    const failed = staff.failedAttempts + 1;
    const { lockMs, slowMs } = delaysAfter(failed);
    const lockedUntilMs = lockMs > 0 ? nowMs + lockMs : 0;
    // Counted before it is tried: pulling the plug during the hash does not give the try back.
    this.#records.transact(null, () => {
      this.#store.setAttempts(staff.staffId, failed, nowMs + slowMs, lockedUntilMs);
    });
    const person: Person = { staffId: staff.staffId, displayName: staff.displayName, role: staff.role };
    if (!(await pinMatches(input.pin, staff.pinHash))) {
      this.#records.transact({ person, kioskId: input.kioskId }, (tx) => {
        tx.journal('sign-in-failed', null, { failed, lockedUntilMs });
      });
      if (lockedUntilMs > 0) return err({ code: 'PIN_LOCKED', untilMs: lockedUntilMs });
      return err({ code: 'PIN_WRONG', attemptsLeft: pinDelays.attempts - failed, retryAfterMs: slowMs });
    }
    return ok(person);
  }

  /**
   * Until when this person waits. An end that is farther away than its delay is long was stamped before the
   * clock was set back: the delay begins again now, so that nobody waits an hour more and nobody waits less.
   */
  #waitOf(staff: StaffRow, nowMs: number): { lockedUntilMs: number; retryAtMs: number } {
    const { lockMs, slowMs } = delaysAfter(staff.failedAttempts);
    const lockedUntilMs = Math.min(staff.lockedUntilMs, nowMs + lockMs);
    const retryAtMs = Math.min(staff.retryAtMs, nowMs + slowMs);
    if (lockedUntilMs < staff.lockedUntilMs || retryAtMs < staff.retryAtMs) {
      this.#records.transact(null, () => {
        this.#store.setAttempts(staff.staffId, staff.failedAttempts, retryAtMs, lockedUntilMs);
      });
    }
    return { lockedUntilMs, retryAtMs };
  }

  signOut(token: string): void {
    const session = this.session(token);
    this.#sessions.delete(hashOf(token));
    if (session === null) return;
    this.#records.transact(session, (tx) => {
      this.#store.endSession(hashOf(token), tx.nowMs);
      tx.journal('signed-out', null);
    });
  }

  session(token: string): Session | null {
    const tokenHash = hashOf(token);
    const session = this.#sessions.get(tokenHash) ?? this.#store.session(tokenHash);
    if (session === null) return null;
    if (session.expiresAtMs <= this.#records.clock.nowMs()) {
      this.#sessions.delete(tokenHash);
      return null;
    }
    this.#sessions.set(tokenHash, session);
    return session;
  }

  sessions(hereToken: string): OpenSession[] {
    const here = hashOf(hereToken);
    return this.#store.openSessions(this.#records.clock.nowMs()).map((one) => ({
      // Of a hash of 256 random bits nobody can make a token: it may be shown.
      sessionId: one.tokenHash,
      person: one.person,
      kiosk: this.#records.kioskNames.get(one.kioskId) ?? one.kioskId,
      sinceMs: one.sinceMs,
      expiresAtMs: one.expiresAtMs,
      here: one.tokenHash === here,
    }));
  }

  endSession(actor: Actor, input: Inputs['staff']['endSession']): CommandResult<Record<string, never>> {
    const result = this.#records.run<Record<string, never>>(actor, 'staff.endSession', input, (tx) => {
      const open = this.#store.openSessions(tx.nowMs).find((one) => one.tokenHash === input.sessionId);
      if (open === undefined) return nothing;
      this.#store.endSession(open.tokenHash, tx.nowMs);
      const { staffId, displayName } = open.person;
      tx.journal('signed-out-by', null, { staffId, displayName, kioskId: open.kioskId });
      return nothing;
    });
    if (result.ok) this.#sessions.delete(input.sessionId);
    return result;
  }

  unlock(actor: Actor, input: Inputs['staff']['unlock']): CommandResult<Record<string, never>> {
    return this.#records.run<Record<string, never>>(actor, 'staff.unlock', input, (tx) => {
      const staff = this.#mustExist(input.staffId);
      if (staff.failedAttempts === 0 && staff.lockedUntilMs <= tx.nowMs) return nothing;
      this.#store.setAttempts(staff.staffId, 0, 0, 0);
      tx.journal('lock-lifted', null, {
        staffId: staff.staffId,
        displayName: staff.displayName,
        failed: staff.failedAttempts,
      });
      return nothing;
    });
  }

  async add(actor: Actor, input: Inputs['staff']['add']): Promise<CommandResult<{ person: Person }>> {
    const pinHash = await hashPin(input.pin, this.#pinCost);
    return this.#records.run<{ person: Person }>(actor, 'staff.add', input, (tx) => {
      this.#mustNotBeSimple(input.pin);
      const person: Person = { staffId: newId(), displayName: input.displayName, role: input.role };
      this.#store.add(person, pinHash, tx.nowMs);
      tx.journal('staff-added', null, { staff: person });
      return { person };
    });
  }

  async resetPin(
    actor: Actor,
    input: Inputs['staff']['resetPin'],
  ): Promise<CommandResult<Record<string, never>>> {
    const pinHash = await hashPin(input.pin, this.#pinCost);
    const result = this.#records.run<Record<string, never>>(actor, 'staff.resetPin', input, (tx) => {
      this.#mustNotBeSimple(input.pin);
      const staff = this.#mustExist(input.staffId);
      this.#store.setPin(staff.staffId, pinHash);
      this.#store.endSessionsOf(staff.staffId, tx.nowMs);
      tx.journal('pin-reset', null, { staffId: staff.staffId, displayName: staff.displayName });
      return nothing;
    });
    if (result.ok) this.#forgetSessionsOf(input.staffId);
    return result;
  }

  retire(actor: Actor, input: Inputs['staff']['retire']): CommandResult<Record<string, never>> {
    const result = this.#records.run<Record<string, never>>(actor, 'staff.retire', input, (tx) => {
      const staff = this.#mustExist(input.staffId);
      const managers = this.people().filter((p) => p.role === 'manager');
      if (staff.role === 'manager' && managers.length <= 1) throw new Refusal('last-manager');
      this.#store.retire(staff.staffId, tx.nowMs);
      this.#store.endSessionsOf(staff.staffId, tx.nowMs);
      tx.journal('staff-retired', null, { staffId: staff.staffId, displayName: staff.displayName });
      return nothing;
    });
    if (result.ok) this.#forgetSessionsOf(input.staffId);
    return result;
  }

  async seed(people: Array<{ displayName: string; role: Role; pin: string }>): Promise<Person[]> {
    if (this.people().length > 0) return this.people();
    const hashes = await Promise.all(people.map((p) => hashPin(p.pin, this.#pinCost)));
    this.#records.transact(null, (tx) => {
      for (const [i, { displayName, role, pin }] of people.entries()) {
        this.#mustNotBeSimple(pin);
        const person: Person = { staffId: newId(), displayName, role };
        this.#store.add(person, hashes[i] ?? '', tx.nowMs);
        tx.journal('staff-added', null, { staff: person });
      }
    });
    return this.people();
  }

  /** The sign-ins at a kiosk that is removed. Inside a transaction only, then {@link forgetAt}. */
  endAt(kioskId: string, nowMs: number): void {
    this.#store.endSessionsAt(kioskId, nowMs);
  }

  forgetAt(kioskId: string): void {
    for (const [key, session] of this.#sessions) {
      if (session.kioskId === kioskId) this.#sessions.delete(key);
    }
  }

  #mustNotBeSimple(pin: string): void {
    if (!this.#allowSimplePins && isTooSimple(pin)) throw new Refusal('pin-too-simple');
  }

  #mustExist(staffId: string) {
    const staff = this.#store.get(staffId);
    if (staff === null || staff.retiredAtMs !== null) throw new Refusal('staff-not-found');
    return staff;
  }

  #forgetSessionsOf(staffId: string): void {
    for (const [key, session] of this.#sessions) {
      if (session.person.staffId === staffId) this.#sessions.delete(key);
    }
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
