import * as z from 'zod';

const dbm = z.number().min(-200).max(100);

/**
 * What a site's lanes have learned of their own cars (lane-experience.ts), by the names of lanes and receivers,
 * so that it outlives the engine. No code and no car is in it.
 */
export const learnedPresence = z.object({
  /** Mean jitter of cars that stood, from hearing to hearing, dB. */
  standJitterDb: z.number().min(0).max(100).nullable(),
  /** Receivers on which standing cars were seen to freeze. */
  stillReceivers: z.array(z.string()),
  lanes: z.array(
    z.object({
      laneId: z.string(),
      /** The receivers that stood at it, sorted. */
      receivers: z.array(z.string()),
      /** Cars that it was learned from. */
      stays: z.number().min(0),
      /** So many of them were seen to stand there, by staff or by the installer. */
      seen: z.number().int().min(0).default(0),
      /** The walk tests among those lessons, by their ids. */
      lessons: z.array(z.string()).default([]),
      /** Their mean level by receiver, dBm. */
      meanDbm: z.record(z.string(), dbm),
      /** Passing cars that were called arrived, and how much more evidence is asked for since, dB·s. */
      passCalls: z.number().int().min(0),
      passEvidence: z.number().min(0),
    }),
  ),
});

/** Earlier versions kept less of a lane. */
export type LearnedPresence = z.input<typeof learnedPresence>;

/** As kept by the station; anything unreadable counts as nothing learned. */
export function parseLearned(text: string | null): LearnedPresence | null {
  if (text === null) return null;
  try {
    return learnedPresence.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
