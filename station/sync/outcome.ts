/**
 * What came of a call, as the outbox sees it.
 *
 *   sent        the server has it
 *   transient   nobody knows or not now: the same call again later, under the same key
 *   fatal       the server understood and refuses it: a person must look
 *   refused     the server does not accept this site's credential: nothing goes out until that changes
 */
import { NetworkTrouble, ServerProblem } from './server-client.ts';

export interface CallError {
  code: string;
  detail: string;
}

export type FailedOutcome =
  | { outcome: 'transient'; because: 'network' | 'server'; error: CallError; retryAfterMs: number | null }
  | { outcome: 'fatal'; error: CallError }
  | { outcome: 'refused'; error: CallError };

/** Refusals that pass although their status says "your fault". */
const passingStatus = new Set([408, 421, 425, 429]);

export function classify(error: unknown): FailedOutcome {
  if (error instanceof NetworkTrouble) {
    return {
      outcome: 'transient',
      because: 'network',
      error: { code: 'network', detail: error.message },
      retryAfterMs: null,
    };
  }
  if (error instanceof ServerProblem) {
    const said = { code: error.code, detail: error.detail };
    // 403 is about this one item (another site's car), not about the credential.
    if (error.status === 401) return { outcome: 'refused', error: said };
    if (error.status >= 500 || passingStatus.has(error.status)) {
      return { outcome: 'transient', because: 'server', error: said, retryAfterMs: error.retryAfterMs };
    }
    return { outcome: 'fatal', error: said };
  }
  // An answer that is not the contract's (other version, captive portal): the server may have acted, so
  // it is never given up by itself.
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    outcome: 'transient',
    because: 'server',
    error: { code: 'answer-not-understood', detail: detail.slice(0, 300) },
    retryAfterMs: null,
  };
}
