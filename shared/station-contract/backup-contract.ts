/** Backups of the station's records, and restoring one. Spread into `setup` of the station contract. */
import * as z from 'zod';
import { id, utcMs } from '../schemas/index.ts';
import { base, command } from './base.ts';

export const backupView = z.object({
  fileName: z.string(),
  bytes: z.number().int(),
  madeAtMs: utcMs,
});
export type BackupView = z.infer<typeof backupView>;

const fileName = z.string().min(1).max(80);

export const backupProcedures = {
  /** Newest first. */
  backups: base.input(z.object({})).output(z.object({ backups: z.array(backupView) })),
  /** A copy beside the records, checked: it opens, its pages are whole and its journal is unbroken. */
  backup: base.input(command({})).output(z.object({ backup: backupView })),
  /** A piece of a backup; `nextOffset` null: that was the last. Managers: it holds plates and credentials. */
  readBackup: base
    .input(z.object({ fileName, offset: z.number().int().min(0) }))
    .output(z.object({ base64: z.base64(), nextOffset: z.number().int().nullable() })),
  /** A piece of a file that a manager brought along; `offset` is what has been received so far. */
  uploadBackup: base
    .input(z.object({ uploadId: id, offset: z.number().int().min(0), base64: z.base64().max(180_000) }))
    .output(z.object({ received: z.number().int() })),
  /**
   * Puts a backup in the place of the records; those are kept aside. It takes effect by a restart: at
   * once where the station can start itself again (`restarting`), else at the next start.
   */
  restore: base
    .input(
      command({
        source: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('kept'), fileName }),
          z.object({ kind: z.literal('upload'), uploadId: id }),
        ]),
      }),
    )
    .output(z.object({ restarting: z.boolean() })),
};
