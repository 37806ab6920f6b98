/**
 * The site's events as this station hears them. A newer payment server may tell of what this version does not know, or
 * tell of something known in another shape: that is heard as `not-understood`, with its place in the stream, and passed
 * over. It must not end the stream: the station would come back to the same event for as long as it is kept.
 */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { serverContract, siteEvent } from '../../shared/server-contract/index.ts';

const knownTypes = new Set<unknown>(siteEvent.options.map((option) => option.shape.type.value));
const nameMax = 60;

/** `known`: of a kind that we know, so what it was about is asked for anew. */
const notUnderstood = z.unknown().transform((event) => {
  const type = typeof event === 'object' && event !== null && 'type' in event ? event.type : null;
  return {
    type: 'not-understood' as const,
    name: typeof type === 'string' ? type.slice(0, nameMax) : null,
    known: knownTypes.has(type),
  };
});

const heardEvent = z.union([siteEvent, notUnderstood]);
export type HeardEvent = z.infer<typeof heardEvent>;

/** The server's contract as a station reads it. */
export const heardContract = {
  ...serverContract,
  site: {
    ...serverContract.site,
    siteEvents: oc
      .route(serverContract.site.siteEvents['~orpc'].route)
      .input(z.object({}))
      .output(eventIterator(heardEvent)),
  },
};
