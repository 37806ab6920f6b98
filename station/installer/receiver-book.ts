/**
 * The receivers that the installer added, and the names he gave to any of them, as kept in the
 * settings. Receivers of the command line stand in the command line and are not kept here.
 */
import { err, ok, type Result } from '../../shared/domain/index.ts';
import type { RefusalReason } from '../../shared/station-contract/index.ts';

export const receiverBookKey = 'receivers.book';
const maxReceivers = 32;

export interface KeptReceiver {
  receiverId: string;
  spec: string;
}
export interface ReceiverBook {
  added: readonly KeptReceiver[];
  /** Receiver → its name, where the installer gave one. */
  names: Readonly<Record<string, string>>;
}

/** What runs besides the book: the station's receivers by id, name and specification. */
export interface RunningReceiver {
  receiverId: string;
  name: string;
  spec: string;
}

/** Anything unreadable counts as empty: the station must start, and the installer sees what is missing. */
export function parseReceiverBook(text: string | null): ReceiverBook {
  try {
    const value = JSON.parse(text ?? '{}') as { added?: unknown; names?: unknown };
    const added = Array.isArray(value.added) ? value.added.filter(isKept) : [];
    const names = Object.entries((value.names ?? {}) as Record<string, unknown>).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    return { added, names: Object.fromEntries(names) };
  } catch {
    return { added: [], names: {} };
  }
}

function isKept(entry: unknown): entry is KeptReceiver {
  const { receiverId, spec } = (entry ?? {}) as Record<string, unknown>;
  return typeof receiverId === 'string' && typeof spec === 'string';
}

type Change = Result<ReceiverBook, RefusalReason>;

export function withAdded(
  book: ReceiverBook,
  running: readonly RunningReceiver[],
  added: RunningReceiver,
  /** Those that are where it is. */
  there: readonly string[],
): Change {
  if (running.length >= maxReceivers) return err('too-many-receivers');
  if (running.some(({ name }) => name === added.name)) return err('receiver-name-taken');
  if (running.some(({ receiverId }) => there.includes(receiverId))) return err('receiver-in-use');
  const { receiverId, spec, name } = added;
  return ok({
    added: [...book.added, { receiverId, spec }],
    names: { ...book.names, [receiverId]: name },
  });
}

export function withName(
  book: ReceiverBook,
  running: readonly RunningReceiver[],
  receiverId: string,
  name: string,
  /** What it was called when the new name was typed. */
  seen?: string,
): Change {
  const now = running.find((receiver) => receiver.receiverId === receiverId);
  if (now === undefined) return err('receiver-not-found');
  if (seen !== undefined && now.name !== seen && now.name !== name) return err('changed-meanwhile');
  if (running.some((receiver) => receiver.name === name && receiver.receiverId !== receiverId)) {
    return err('receiver-name-taken');
  }
  return ok({ ...book, names: { ...book.names, [receiverId]: name } });
}

export function without(book: ReceiverBook, running: readonly RunningReceiver[], receiverId: string): Change {
  if (!book.added.some((kept) => kept.receiverId === receiverId)) {
    const isRunning = running.some((receiver) => receiver.receiverId === receiverId);
    return err(isRunning ? 'receiver-set-at-start' : 'receiver-not-found');
  }
  const { [receiverId]: _gone, ...names } = book.names;
  return ok({ added: book.added.filter((kept) => kept.receiverId !== receiverId), names });
}
