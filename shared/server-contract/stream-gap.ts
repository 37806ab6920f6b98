import * as z from 'zod';

/**
 * The place that was asked for is no longer kept (seven days), or is another database's: what happened since is
 * to be asked for anew. The stream goes on from now.
 */
export const streamGap = z.object({ type: z.literal('gap') });
