/**
 * What the processor says by itself. A callback changes nothing: it makes what is open be looked up now rather
 * than at its next turn. So a second one, a late one, and two in the wrong order are all harmless.
 */
import { and, eq, gt, inArray, or } from 'drizzle-orm';
import type { App } from '../app.ts';
import { tables } from '../db/index.ts';
import type { ProcessorCallback } from '../processor/index.ts';
import { perform } from './operations.ts';

const { processorOperations } = tables;
/** One callback is about one payment: more open asks than that it cannot mean. */
const openMax = 20;

/** Looks up whatever is open of what the callback is about. Ends when that was looked up. */
export async function callbackArrived(app: App, callback: ProcessorCallback): Promise<void> {
  const references = callback.references.filter((reference) => uuid.test(reference));
  const { authorisation } = callback;
  if (references.length === 0 && authorisation === null) return;
  const open = await app.db
    .select({ id: processorOperations.id })
    .from(processorOperations)
    .where(
      and(
        inArray(processorOperations.state, ['pending', 'unknown']),
        // What was never asked cannot have been answered.
        gt(processorOperations.attempts, 0),
        or(
          references.length === 0 ? undefined : inArray(processorOperations.id, references),
          authorisation === null ? undefined : eq(processorOperations.authorisation, authorisation),
        ),
      ),
    )
    .limit(openMax);
  app.log.info('processor-callback', { open: open.length });
  for (const { id } of open) await perform(app, id);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
