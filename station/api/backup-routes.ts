import type { Backups } from '../backup/index.ts';
import { answer, type SignedDoor } from './guards.ts';

/** Backup and restore, as the contract names them within `setup`. */
export function backupRoutes(signed: SignedDoor, backups: Backups) {
  return {
    backups: signed.setup.backups.handler(() => backups.list()),
    backup: signed.setup.backup.handler(async ({ input, context, errors }) =>
      answer(await backups.make(context.actor, input), errors),
    ),
    readBackup: signed.setup.readBackup.handler(({ input, errors }) => answer(backups.read(input), errors)),
    uploadBackup: signed.setup.uploadBackup.handler(({ input, errors }) =>
      answer(backups.upload(input), errors),
    ),
    restore: signed.setup.restore.handler(({ input, context, errors }) =>
      answer(backups.restore(context.actor, input), errors),
    ),
  };
}
