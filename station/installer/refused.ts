import { err } from '../../shared/domain/index.ts';
import type { RefusalReason } from '../../shared/station-contract/index.ts';
import type { CommandResult } from '../core/types.ts';

export function refused<T>(reason: RefusalReason, detail?: string): CommandResult<T> {
  return err({ code: 'REFUSED', reason, ...(detail === undefined ? {} : { detail }) });
}
