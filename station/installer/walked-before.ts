import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { parseBeaconCode } from '../../shared/domain/index.ts';

/** A walk as it was heard: by whom and in which lanes the installer stood, for the walk test to judge. */
export const walkedBefore = z.object({
  code: z.string().transform((text, context) => {
    const code = parseBeaconCode(text);
    if (code === null) context.addIssue('not a code');
    return code ?? z.NEVER;
  }),
  startedAtMs: z.number(),
  endedAtMs: z.number(),
  hearings: z.array(z.object({ receiverId: z.string(), rssiDbm: z.number(), atMs: z.number() })).max(24_000),
  marks: z
    .array(z.object({ laneId: z.string(), atMs: z.number() }))
    .min(1)
    .max(60),
});

export type WalkedBefore = z.infer<typeof walkedBefore>;

/** @throws what reading or parsing throws */
export async function readWalk(file: string): Promise<WalkedBefore> {
  return walkedBefore.parse(JSON.parse(await readFile(file, 'utf8')));
}
