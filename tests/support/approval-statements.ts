/** The statements of which each keeps something of all approvals or completions of a moment, seen from between server and database. */
import type { App } from '../../server/app.ts';

interface Client {
  query(...asked: unknown[]): Promise<unknown>;
}

/** What a statement of its own transaction is sent through, on either store. */
export const clientOf = (app: App): Client =>
  (app.db as unknown as { session: { client: Client } }).session.client;

export type ApprovalStatement = 'keep' | 'settle' | 'complete';
const marks = { keep: 'approved AS (', settle: 'paid AS (', complete: 'completed AS (' } as const;

/** Which of them it is, if any. */
export function approvalStatementOf(asked: unknown): ApprovalStatement | null {
  const text = typeof asked === 'string' ? asked : (asked as { text?: string } | null)?.text;
  for (const name of ['keep', 'settle', 'complete'] as const) if (text?.includes(marks[name])) return name;
  return null;
}
