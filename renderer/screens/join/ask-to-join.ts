import type { JoinRefusal } from '../../../shared/station-contract/index.ts';
import { joinRefusals } from '../../../shared/station-facts/index.ts';

export type JoinOutcome =
  | { kind: 'joined' }
  | { kind: 'refused'; reason: JoinRefusal; retryAfterMs: number }
  | { kind: 'no-answer' };

const answerMs = 10_000;

/** Asks the station that served this page. The credential comes as a cookie that this page cannot read. */
export async function askToJoin(code: string, name: string): Promise<JoinOutcome> {
  try {
    const response = await fetch('/join', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, name }),
      signal: AbortSignal.timeout(answerMs),
    });
    if (response.ok) return { kind: 'joined' };
    return refusalOf(await response.json());
  } catch {
    return { kind: 'no-answer' };
  }
}

/** What stands in the body of a refused `POST /join`; anything else is an answer of somebody else, and none of ours. */
function refusalOf(body: unknown): JoinOutcome {
  if (typeof body !== 'object' || body === null || !('refused' in body)) return { kind: 'no-answer' };
  const reason = joinRefusals.find((name) => name === body.refused);
  const waitMs = 'retryAfterMs' in body ? body.retryAfterMs : undefined;
  if (reason === undefined) return { kind: 'no-answer' };
  return { kind: 'refused', reason, retryAfterMs: typeof waitMs === 'number' ? waitMs : 0 };
}

/** `#code=12345678`, as the QR code brings it. Behind the `#`: it reaches this page, never a server's log. */
export function codeInAddress(hash: string): string {
  return /^#code=([0-9]{8})$/.exec(hash)?.[1] ?? '';
}
