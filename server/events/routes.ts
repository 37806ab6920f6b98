/** The event streams of a site and of a driver's phones. */
import { phoneEvent, siteEvent } from '../../shared/server-contract/index.ts';
import { asPhone, asSite } from '../http/index.ts';
import { allForgotten } from '../registry/index.ts';
import { driverStream, readStream, siteStream } from './stream.ts';

export const siteEvents = asSite.siteEvents.handler(({ context, lastEventId, signal }) =>
  readStream(context.app, siteStream(context.siteId), lastEventId, signal, context.stillAllowed, siteEvent, {
    missed: () => allForgotten(context.app.db),
    after: [{ type: 'expected-codes-changed' as const }],
  }),
);

export const phoneEvents = asPhone.phoneEvents.handler(({ context, lastEventId, signal }) =>
  readStream(
    context.app,
    driverStream(context.driverId),
    lastEventId,
    signal,
    context.stillAllowed,
    phoneEvent,
  ),
);
