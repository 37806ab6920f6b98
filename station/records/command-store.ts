/**
 * What was asked under an idempotency key, and what was answered. The keys of the kept days are held in
 * memory, the answers stay on disk. A key is known only once its command is committed.
 */
import type Database from 'better-sqlite3';

export interface CommandRecord {
  idempotencyKey: string;
  atMs: number;
  fingerprint: string;
  answer: string;
  /** The journal's head after the command. */
  journalSequence: number;
}

export class CommandStore {
  readonly #ids = new Map<string, number>();
  readonly #insert: Database.Statement;
  readonly #get: Database.Statement;
  readonly #forget: Database.Statement;
  #lastId: number;

  constructor(sqlite: Database.Database) {
    this.#insert = sqlite.prepare('INSERT INTO commands VALUES (?, ?, ?, ?, ?, ?)');
    this.#get = sqlite.prepare('SELECT fingerprint, answer FROM commands WHERE command_id = ?');
    this.#forget = sqlite
      .prepare('DELETE FROM commands WHERE at_ms < ? AND command_id < ? RETURNING idempotency_key')
      .pluck();
    const rows = sqlite.prepare('SELECT command_id, idempotency_key FROM commands ORDER BY command_id').raw();
    this.#lastId = 0;
    for (const [commandId, key] of rows.iterate() as IterableIterator<[number, string]>) {
      this.#ids.set(key, commandId);
      this.#lastId = commandId;
    }
  }

  get(idempotencyKey: string): { fingerprint: string; answer: string } | null {
    const commandId = this.#ids.get(idempotencyKey);
    if (commandId === undefined) return null;
    return this.#get.get(commandId) as { fingerprint: string; answer: string };
  }

  /** Inside a transaction only; {@link settle} after its commit. */
  add(command: CommandRecord): void {
    this.#insert.run(
      this.#lastId + 1,
      command.idempotencyKey,
      command.atMs,
      command.fingerprint,
      command.answer,
      command.journalSequence,
    );
  }

  settle(idempotencyKey: string): void {
    this.#lastId++;
    this.#ids.set(idempotencyKey, this.#lastId);
  }

  /** The newest one stays whatever its age: it marks the journal's head. */
  forgetBefore(atMs: number): void {
    for (const key of this.#forget.all(atMs, this.#lastId) as string[]) this.#ids.delete(key);
  }
}
