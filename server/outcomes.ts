/** What follows from the processor's answer, by what it was asked for. */
import { throwIllegalValue } from '../shared/domain/index.ts';
import type { Work } from './app.ts';
import { applyToPaymentRequest } from './approvals/index.ts';
import type { OperationRow } from './db/schema.ts';
import { applyToPreorder } from './preorders/index.ts';

export async function applyOutcome(work: Work, operation: OperationRow): Promise<void> {
  switch (operation.subjectKind) {
    case 'preorder':
      return applyToPreorder(work, operation);
    case 'payment-request':
      return applyToPaymentRequest(work, operation);
    default:
      throwIllegalValue(operation.subjectKind);
  }
}
