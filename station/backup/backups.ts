/**
 * Backups of the station's records, and the way back.
 *
 *   make:     records ──online backup──▶ backups/….part ─▶ checked ─▶ backups/station-<time>.sqlite
 *   restore:  backup or uploaded file ─▶ copy ─▶ checked, sign-ins ended ─▶ restore-pending.sqlite ─▶ restart
 *             (db/pending-restore.ts puts it in place, the old records are kept aside)
 *
 * Everything is refused rather than half done: until the last rename the records are as they were.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { type Clock, err, ok } from '../../shared/domain/index.ts';
import type { BackupView, RefusalReason } from '../../shared/station-contract/index.ts';
import type { Actor, CommandResult, Core, Enrolment, Inputs } from '../core/types.ts';
import { pendingRestoreName, restoreNoteName } from '../db/index.ts';
import { checkRecords } from './check-records.ts';

/** The oldest ones go when there are more; what was downloaded is the person's own. */
export const backupsKept = 14;
const chunkBytes = 512 * 1024;
const maxUploadBytes = 2 * 1024 ** 3;
/** Long enough for the answer to reach the kiosk. */
const restartAfterMs = 300;
const lastKey = 'backup.last';
const namePattern = /^station-\d{8}T\d{9}Z\.sqlite$/;

export interface BackupsDeps {
  core: Core;
  clock: Clock;
  dataDir: string;
  /** null: nobody can start this station again by itself; a restore waits for the next start. */
  restart: (() => void) | null;
}

export class Backups {
  readonly #deps: BackupsDeps;
  readonly #dir: string;
  #making: { key: string; result: Promise<CommandResult<{ backup: BackupView }>> } | null = null;
  #upload: { uploadId: string; received: number } | null = null;

  constructor(deps: BackupsDeps) {
    this.#deps = deps;
    this.#dir = join(deps.dataDir, 'backups');
  }

  /** Newest first. */
  list(): { backups: BackupView[] } {
    const names = existsSync(this.#dir)
      ? readdirSync(this.#dir).filter((name) => namePattern.test(name))
      : [];
    return {
      backups: names
        .sort()
        .reverse()
        .map((name) => this.#view(name)),
    };
  }

  /** The station goes on meanwhile; what is marked during the backup is in it or not, never half. */
  make(actor: Actor, input: Inputs['setup']['backup']): Promise<CommandResult<{ backup: BackupView }>> {
    if (this.#making !== null) {
      if (this.#making.key === input.idempotencyKey) return this.#making.result;
      return Promise.resolve(refused('backup-running'));
    }
    const kept = parseLast(this.#deps.core.settings.recall(lastKey));
    if (kept?.idempotencyKey === input.idempotencyKey && existsSync(join(this.#dir, kept.fileName))) {
      return Promise.resolve(ok({ backup: this.#view(kept.fileName) }));
    }
    const result = this.#make(actor, input).finally(() => {
      this.#making = null;
    });
    this.#making = { key: input.idempotencyKey, result };
    return result;
  }

  async #make(
    actor: Actor,
    input: Inputs['setup']['backup'],
  ): Promise<CommandResult<{ backup: BackupView }>> {
    const { core, clock } = this.#deps;
    const stamp = new Date(clock.nowMs()).toISOString().replace(/[-:.]/g, '');
    const fileName = `station-${stamp}.sqlite`;
    const part = join(this.#dir, `${fileName}.part`);
    try {
      mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
      await core.backupTo(part);
      const checked = checkRecords(part);
      if (!checked.ok) {
        rmSync(part, { force: true });
        return refused(checked.error);
      }
      flush(part);
      renameSync(part, join(this.#dir, fileName));
      for (const old of this.list().backups.slice(backupsKept)) rmSync(join(this.#dir, old.fileName));
      return core.settings.keep(
        actor,
        'setup.backup',
        input,
        {
          key: lastKey,
          journal: 'backup-made',
          details: { fileName, journalEntries: checked.value.journalEntries },
        },
        () =>
          ok({
            value: JSON.stringify({ fileName, idempotencyKey: input.idempotencyKey }),
            answer: { backup: this.#view(fileName) },
          }),
      );
    } catch (error) {
      rmSync(part, { force: true });
      return notKept(error);
    }
  }

  /** A piece of a backup, for the download. */
  read(input: Inputs['setup']['readBackup']): CommandResult<{ base64: string; nextOffset: number | null }> {
    const path = this.#pathOf(input.fileName);
    if (path === null) return refused('backup-not-found');
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(chunkBytes);
      const length = readSync(file, buffer, 0, chunkBytes, input.offset);
      const next = input.offset + length;
      const base64 = buffer.subarray(0, length).toString('base64');
      return ok({ base64, nextOffset: length === 0 || next >= statSync(path).size ? null : next });
    } finally {
      closeSync(file);
    }
  }

  /** A piece of a file that a person brought along, in order; a new upload replaces the one before. */
  upload(input: Inputs['setup']['uploadBackup']): CommandResult<{ received: number }> {
    const bytes = Buffer.from(input.base64, 'base64');
    const before = this.#upload?.uploadId === input.uploadId ? this.#upload.received : 0;
    if (input.offset !== before || before + bytes.length > maxUploadBytes) return refused('upload-broken');
    try {
      const file = openSync(this.#uploadPath(), before === 0 ? 'w' : 'a', 0o600);
      try {
        writeSync(file, bytes);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      return notKept(error);
    }
    this.#upload = { uploadId: input.uploadId, received: before + bytes.length };
    return ok({ received: this.#upload.received });
  }

  restore(actor: Actor, input: Inputs['setup']['restore']): CommandResult<{ restarting: boolean }> {
    const { core, clock, dataDir, restart } = this.#deps;
    const { source } = input;
    const from =
      source.kind === 'kept'
        ? this.#pathOf(source.fileName)
        : this.#upload?.uploadId === source.uploadId
          ? this.#uploadPath()
          : null;
    if (from === null) return refused('backup-not-found');
    const fileName = source.kind === 'kept' ? source.fileName : null;
    const part = join(dataDir, `${pendingRestoreName}.part`);
    try {
      copyFileSync(from, part);
      const nowMs = clock.nowMs();
      const checked = checkRecords(part, (sqlite) => {
        // A sign-in or a PIN lock of back then must not come to life again.
        sqlite.prepare('UPDATE sessions SET ended_at_ms = ? WHERE ended_at_ms IS NULL').run(nowMs);
        shutOutAgain(sqlite, core.kiosks.idsIn(), nowMs);
        keepEnrolled(sqlite, core.settings.enrolment());
      });
      if (!checked.ok) {
        rmSync(part, { force: true });
        return refused(checked.error);
      }
      const entry = { key: 'restore.asked', journal: 'restore-asked', details: { fileName } };
      const kept = core.settings.keep(actor, 'setup.restore', input, entry, () =>
        ok({ value: String(nowMs), answer: { restarting: restart !== null } }),
      );
      if (!kept.ok) {
        rmSync(part, { force: true });
        return kept;
      }
      const note = { fileName, by: actor.person, atMs: nowMs };
      writeFileSync(join(dataDir, restoreNoteName), JSON.stringify(note), { mode: 0o600 });
      flush(part);
      renameSync(part, join(dataDir, pendingRestoreName));
      rmSync(this.#uploadPath(), { force: true });
      this.#upload = null;
      if (restart !== null) clock.schedule(restartAfterMs, restart);
      return kept;
    } catch (error) {
      rmSync(part, { force: true });
      return notKept(error);
    }
  }

  #view(fileName: string): BackupView {
    const { size, mtimeMs } = statSync(join(this.#dir, fileName));
    return { fileName, bytes: size, madeAtMs: madeAtOf(fileName) ?? Math.round(mtimeMs) };
  }

  /** null for anything that is not one of our own backups. */
  #pathOf(fileName: string): string | null {
    const path = join(this.#dir, fileName);
    return namePattern.test(fileName) && existsSync(path) ? path : null;
  }

  #uploadPath(): string {
    return join(this.#deps.dataDir, 'restore-upload.part');
  }
}

/** `station-20261121T021530123Z.sqlite` → its moment. */
function madeAtOf(fileName: string): number | null {
  const match = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(fileName);
  if (match === null) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, ms = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second, ms);
}

function parseLast(kept: string | null): { fileName: string; idempotencyKey: string } | null {
  return kept === null ? null : JSON.parse(kept);
}

function flush(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A device that was lost and removed since the backup must not come to life again with it. */
function shutOutAgain(sqlite: Database.Database, idsIn: readonly string[], nowMs: number): void {
  // A backup from before there were other kiosks has no such table.
  const hasKiosks = sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'kiosks'").get() !== undefined;
  if (!hasKiosks) return;
  sqlite
    .prepare(
      `UPDATE kiosks SET removed_at_ms = ?, secret_hash = ''
       WHERE removed_at_ms IS NULL AND kiosk_id NOT IN (SELECT value FROM json_each(?))`,
    )
    .run(nowMs, JSON.stringify(idsIn));
}

/** The credential of back then may have been renewed since, and is dead then: the same site stays enrolled with its own. */
function keepEnrolled(sqlite: Database.Database, now: Enrolment | null): void {
  const kept = sqlite.prepare("SELECT value FROM meta WHERE key = 'enrolment'").pluck().get();
  if (now === null || typeof kept !== 'string') return;
  const { serverUrl, site } = JSON.parse(kept) as Enrolment;
  if (serverUrl !== now.serverUrl || site.siteId !== now.site.siteId) return;
  sqlite.prepare("UPDATE meta SET value = ? WHERE key = 'enrolment'").run(JSON.stringify(now));
}

function refused(reason: RefusalReason) {
  return err({ code: 'REFUSED' as const, reason });
}

function notKept(error: unknown) {
  return err({ code: 'NOT_KEPT' as const, detail: error instanceof Error ? error.message : String(error) });
}
