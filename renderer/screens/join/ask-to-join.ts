import { type JoinRefusal, joinRefused } from '../../../shared/station-contract/index.ts';

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
    const answer = joinRefused.safeParse(await response.json());
    if (!answer.success) return { kind: 'no-answer' };
    return {
      kind: 'refused',
      reason: answer.data.refused,
      retryAfterMs: answer.data.retryAfterMs ?? 0,
    };
  } catch {
    return { kind: 'no-answer' };
  }
}

/** `#code=12345678`, as the QR code brings it. Behind the `#`: it reaches this page, never a server's log. */
export function codeInAddress(hash: string): string {
  return /^#code=([0-9]{8})$/.exec(hash)?.[1] ?? '';
}
