/**
 * The devices at which PINs work.
 *
 *   code typed ─▶ join ─▶ in ──rename──▶ in
 *                          └──remove──▶ shut out: credential void, sign-ins ended, sockets closed (onRemoved)
 *
 * The first kiosk is no row here: it is the station's own machine, reached by a port of the shell or over
 * loopback, and whoever sits there has the records under their hands anyway. Its id is `null` everywhere, as it
 * was before there were others, so that old sign-ins, journal entries and shifts are its own.
 */
import { createHash, randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import { isSameSecret } from '../../shared/auth-code/index.ts';
import { type Cancel, err, every, newId, ok, type Result } from '../../shared/domain/index.ts';
import type { KioskDevice } from '../../shared/station-contract/index.ts';
import type { Actor, CommandResult, Inputs, KiosksApi } from '../core/types.ts';
import { Listeners, type Records, Refusal } from '../records/index.ts';
import { type KioskRecord, KioskStore } from './kiosk-store.ts';

/** Each may hold connections and watch the board. */
export const maxJoinedKiosks = 30;
/** A power cut makes a device that was on look older by no more than this. */
const noteSeenMs = 5 * 60_000;
const firstNameKey = 'kept:kiosks.first-name';

/** The sign-ins of a device that goes. */
export interface SignIns {
  /** Inside a transaction only. */
  endAt(kioskId: string, nowMs: number): void;
  /** After it. */
  forgetAt(kioskId: string): void;
}

export class Kiosks implements KiosksApi {
  readonly #records: Records;
  readonly #store: KioskStore;
  readonly #signIns: SignIns;
  readonly #kiosks = new Map<string, KioskRecord>();
  /** Open connections by kiosk. */
  readonly #on = new Map<string, number>();
  readonly #removed = new Listeners<string>();
  readonly #stopNoting: Cancel;
  #closed = false;

  constructor(records: Records, signIns: SignIns) {
    this.#records = records;
    this.#signIns = signIns;
    this.#store = new KioskStore(records.db.sqlite);
    for (const kiosk of this.#store.all()) this.#take(kiosk);
    const first = records.meta.get(firstNameKey);
    if (first !== null) records.kioskNames.set(null, first);
    this.#stopNoting = every(records.clock, noteSeenMs, () => {
      for (const kioskId of this.#on.keys()) this.#seen(kioskId);
    });
  }

  list(): KioskDevice[] {
    return [this.#firstView(), ...this.#in().map((kiosk) => this.#view(kiosk))];
  }

  nameOf(kioskId: string | null): string | null {
    return this.#records.kioskNames.get(kioskId) ?? null;
  }

  isIn(kioskId: string | null): boolean {
    return kioskId === null || this.#kiosks.get(kioskId)?.removedAtMs === null;
  }

  idsIn(): string[] {
    return this.#in().map(({ kioskId }) => kioskId);
  }

  isFull(): boolean {
    return this.#in().length >= maxJoinedKiosks;
  }

  admit(credential: string): string | null {
    const [kioskId = '', secret = ''] = credential.split('.');
    const kiosk = this.#kiosks.get(kioskId);
    const expected = kiosk?.removedAtMs === null ? kiosk.secretHash : hashOf('');
    const isRight = isSameSecret(expected, hashOf(secret));
    return kiosk !== undefined && kiosk.removedAtMs === null && isRight ? kioskId : null;
  }

  join(by: Actor, name: string): Result<{ kioskId: string; credential: string }, JoinError> {
    if (this.isFull()) return err('too-many');
    if (this.#isTaken(name, null)) return err('name-taken');
    const secret = randomBytes(32).toString('base64url');
    const kioskId = newId();
    try {
      const kiosk = this.#records.transact<KioskRecord>(by, (tx) => {
        const record: KioskRecord = {
          kioskId,
          name,
          secretHash: hashOf(secret),
          joinedAtMs: tx.nowMs,
          letInBy: tx.person,
          lastSeenAtMs: tx.nowMs,
          removedAtMs: null,
        };
        this.#store.add(record);
        tx.journal('kiosk-joined', null, { kioskId, name });
        return record;
      });
      this.#take(kiosk);
    } catch (error) {
      if (error instanceof Database.SqliteError) return err('not-kept');
      throw error;
    }
    return ok({ kioskId, credential: `${kioskId}.${secret}` });
  }

  rename(actor: Actor, input: Inputs['kiosks']['rename']): CommandResult<{ kiosk: KioskDevice }> {
    const { kioskId, name } = input;
    const result = this.#records.run<Record<string, never>>(actor, 'kiosks.rename', input, (tx) => {
      if (!this.isIn(kioskId)) throw new Refusal('kiosk-not-found');
      if (this.#isTaken(name, kioskId)) throw new Refusal('kiosk-name-taken');
      const before = this.nameOf(kioskId);
      if (kioskId === null) this.#records.meta.set(firstNameKey, name);
      else this.#store.rename(kioskId, name);
      tx.journal('kiosk-renamed', null, { kioskId, name, before });
      return {};
    });
    if (!result.ok) return result;
    const kiosk = kioskId === null ? undefined : this.#kiosks.get(kioskId);
    if (kiosk === undefined) this.#records.kioskNames.set(null, name);
    else this.#take({ ...kiosk, name });
    return ok({ kiosk: kiosk === undefined ? this.#firstView() : this.#view({ ...kiosk, name }) });
  }

  remove(actor: Actor, input: Inputs['kiosks']['remove']): CommandResult<Record<string, never>> {
    const { kioskId } = input;
    const result = this.#records.run<Record<string, never>>(actor, 'kiosks.remove', input, (tx) => {
      const kiosk = this.#kiosks.get(kioskId);
      if (kiosk === undefined || kiosk.removedAtMs !== null) throw new Refusal('kiosk-not-found');
      this.#store.remove(kioskId, tx.nowMs);
      this.#signIns.endAt(kioskId, tx.nowMs);
      tx.journal('kiosk-removed', null, { kioskId, name: kiosk.name });
      return {};
    });
    const kiosk = this.#kiosks.get(kioskId);
    if (!result.ok || kiosk === undefined || kiosk.removedAtMs !== null) return result;
    this.#kiosks.set(kioskId, { ...kiosk, secretHash: '', removedAtMs: this.#records.clock.nowMs() });
    this.#signIns.forgetAt(kioskId);
    this.#removed.tell(kioskId);
    return result;
  }

  onRemoved(listener: (kioskId: string) => void): () => void {
    return this.#removed.add(listener);
  }

  connected(kioskId: string | null): () => void {
    if (kioskId === null) return () => {};
    this.#on.set(kioskId, (this.#on.get(kioskId) ?? 0) + 1);
    this.#seen(kioskId);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const left = (this.#on.get(kioskId) ?? 1) - 1;
      if (left > 0) this.#on.set(kioskId, left);
      else this.#on.delete(kioskId);
      this.#seen(kioskId);
    };
  }

  /** Nothing is written any more: connections may outlive the records by a moment. */
  close(): void {
    this.#closed = true;
    this.#stopNoting();
  }

  #seen(kioskId: string): void {
    const kiosk = this.#kiosks.get(kioskId);
    if (kiosk === undefined || kiosk.removedAtMs !== null || this.#closed) return;
    const nowMs = this.#records.clock.nowMs();
    this.#kiosks.set(kioskId, { ...kiosk, lastSeenAtMs: nowMs });
    this.#records.byItself(() => this.#store.seen(kioskId, nowMs));
  }

  #in(): KioskRecord[] {
    return [...this.#kiosks.values()].filter(({ removedAtMs }) => removedAtMs === null);
  }

  #isTaken(name: string, by: string | null): boolean {
    const same = (other: string | null) => other?.toLocaleLowerCase() === name.toLocaleLowerCase();
    return this.list().some((kiosk) => kiosk.kioskId !== by && same(kiosk.name));
  }

  #take(kiosk: KioskRecord): void {
    this.#kiosks.set(kiosk.kioskId, kiosk);
    this.#records.kioskNames.set(kiosk.kioskId, kiosk.name);
  }

  #firstView(): KioskDevice {
    return {
      kioskId: null,
      name: this.nameOf(null),
      joinedAtMs: null,
      letInBy: null,
      lastSeenAtMs: null,
      on: true,
      people: this.#store.peopleAt(null, this.#records.clock.nowMs()),
    };
  }

  #view(kiosk: KioskRecord): KioskDevice {
    const nowMs = this.#records.clock.nowMs();
    const on = this.#on.has(kiosk.kioskId);
    return {
      kioskId: kiosk.kioskId,
      name: kiosk.name,
      joinedAtMs: kiosk.joinedAtMs,
      letInBy: kiosk.letInBy,
      lastSeenAtMs: on ? nowMs : kiosk.lastSeenAtMs,
      on,
      people: this.#store.peopleAt(kiosk.kioskId, nowMs),
    };
  }
}

/** Why a device with the right code was not kept. */
export type JoinError = 'name-taken' | 'too-many' | 'not-kept';

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
