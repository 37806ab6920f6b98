import type { AttentionItem } from '../../shared/station-contract/index.ts';
import type { Words } from '../words/index.ts';

/**
 * Why the payment server refused a mark, in the reader's language. What the server writes is English and meant for
 * programmers: it is told only beside a code that this kiosk does not know, of a newer server or a proxy.
 */
export function serverSaid(
  mark: string,
  { code, detail }: NonNullable<AttentionItem['lastError']>,
  w: Words,
): { words: string; itsText: string | null } {
  const ofMark: Readonly<Record<string, string | undefined>> = w.marksRefused;
  const ofAny: Readonly<Record<string, string | undefined>> = w.serverProblems;
  const words = ofMark[`${mark} ${code}`] ?? ofAny[code];
  if (words !== undefined) return { words, itsText: null };
  return { words: w.serverSaid.unknown, itsText: [code, detail].filter((part) => part !== '').join(': ') };
}

/** Why a payment request was declined, then what to do. A code that is not the server's own is the bank's. */
export function declinedHint(reason: string | null, hint: string, w: Words): string {
  if (reason === null) return hint;
  const known: Readonly<Record<string, string | undefined>> = w.declinedBecause;
  return `${known[reason] ?? w.declinedBecause['card-declined']} ${hint}`;
}
