/**
 * Who stands at this kiosk.
 *
 *   signed-out ──PIN──▶ signed-in ──lock / idle / the station forgot us──▶ locked ──PIN──▶ signed-in
 *
 * The token lives in memory only: a page loaded anew asks for a PIN. While locked the screens stay
 * as they were, out of sight; somebody else's PIN starts them afresh.
 */
import type { Person } from '../../shared/station-contract/index.ts';

export type Session =
  | { kind: 'signed-out' }
  | { kind: 'signed-in'; person: Person }
  /**
   * The screens behind belong to this person; `expired`: the station ended the sign-in, nobody tapped Lock.
   * `next`: who wants to go on here; the PIN pad is theirs.
   */
  | { kind: 'locked'; person: Person; expired: boolean; next?: Person };

export class SessionStore {
  #session: Session = { kind: 'signed-out' };
  #token: string | null = null;
  #listeners = new Set<() => void>();

  readonly get = (): Session => this.#session;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  headers(): Record<string, string> {
    return this.#token === null ? {} : { authorization: `Bearer ${this.#token}` };
  }

  signedIn(person: Person, token: string): void {
    this.#token = token;
    this.#set({ kind: 'signed-in', person });
  }

  lock(expired = false, next?: Person): void {
    if (this.#session.kind !== 'signed-in') return;
    this.#set({ kind: 'locked', person: this.#session.person, expired, ...(next ? { next } : {}) });
  }

  token(): string | null {
    return this.#token;
  }

  /** Once the station has heard of the sign-out (or cannot): nothing may speak in that name again. */
  forget(token: string | null): void {
    if (this.#token === token) this.#token = null;
  }

  #set(session: Session): void {
    this.#session = session;
    for (const listener of [...this.#listeners]) listener();
  }
}
