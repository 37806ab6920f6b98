/**
 * Other mountings, drawn at random: what a recording would have been with the jack elsewhere in the car, on another
 * car, by another driver. Everything is drawn together, as it comes together at another site, not one change at a time.
 *
 *   place in the car     the way in earlier or later (perturb.ts, moveJack)
 *   body and metal       so much from, or to, each receiver by where it lies as seen from the car
 *   paths of the waves   each receiver's level differs by what depends on where the car is: the same at the same place,
 *                        frozen while the car stands; fine over decimetres, coarse over metres
 *   jack and receivers   power, gains, losses, the radio's own noise
 *   driver               faster or slower
 */

import { type Perturbation, perturb, randomFrom } from './perturb.ts';
import type { Recording } from './recording.ts';

export interface Mounting {
  perturbation: Perturbation;
  /** Standard deviation of what depends on the car's place, dB: over metres, over decimetres. */
  coarseDb: number;
  fineDb: number;
}

const between = (random: () => number, low: number, high: number) => low + (high - low) * random();

/** The mounting of this number: the same everywhere. */
export function mounting(number: number): Mounting {
  const random = randomFrom(number * 7_919 + 5);
  return {
    perturbation: {
      name: `mounting ${number}`,
      behindMs: between(random, -1_000, 2_500),
      losses: {
        end: between(random, -8, 6),
        othersInside: between(random, -6, 6),
        othersOutside: between(random, -6, 6),
      },
      shiftDb: between(random, -8, 6),
      offsetsDb: 3,
      loss: between(random, 0, 0.2),
      noiseDb: between(random, 0, 0.8),
      stretch: between(random, 0.75, 1.3),
    },
    coarseDb: between(random, 0, 4),
    fineDb: between(random, 0, 2),
  };
}

/** The recording as that mounting would have heard it. */
export function mounted(
  recording: Recording,
  { perturbation, coarseDb, fineDb }: Mounting,
  seed: number,
): Recording {
  return perturb(placeFading(recording, coarseDb, fineDb, seed), perturbation, seed);
}

/** About how far the car drives on its way in, m: from where it turns to the bay's end. */
const wayMetres = 22;
const coarseMetres = 3;
const fineMetres = 0.3;

function placeFading(recording: Recording, coarseDb: number, fineDb: number, seed: number): Recording {
  const place = placeOf(recording);
  const random = randomFrom(seed * 31 + 3);
  const fields = new Map<string, (metres: number) => number>();
  const hearings = recording.hearings.map((h) => {
    let field = fields.get(h.receiverId);
    if (field === undefined) {
      const coarse = smoothField(coarseMetres, random);
      const fine = smoothField(fineMetres, random);
      field = (metres) => coarseDb * coarse(metres) + fineDb * fine(metres);
      fields.set(h.receiverId, field);
    }
    return { ...h, rssiDbm: h.rssiDbm + field(place(h.atMs)) };
  });
  return { ...recording, hearings };
}

/** Where the car is on its way, m; by even speed between where it turns and where it stands. */
function placeOf(recording: Recording): (atMs: number) => number {
  const { arrivalsMs, leavingsMs, startMs, endMs, startsInBay } = recording;
  const points: { atMs: number; metres: number }[] = [{ atMs: startMs, metres: startsInBay ? wayMetres : 0 }];
  // It is on its way for about so long: slower at the door, 5 s from there to the mark.
  const wayMs = 14_000;
  for (const [index, arrivedMs] of arrivalsMs.entries()) {
    const stopMs = arrivedMs + 1_200;
    const left = leavingsMs.filter((l) => l < arrivedMs).at(-1);
    if (index === 0 || left !== undefined)
      points.push({ atMs: Math.max(left ?? startMs, stopMs - wayMs), metres: 0 });
    points.push({ atMs: stopMs, metres: wayMetres });
  }
  for (const leftMs of leavingsMs) {
    points.push({ atMs: leftMs, metres: wayMetres });
    const next = arrivalsMs.find((a) => a > leftMs);
    points.push({ atMs: Math.min(leftMs + wayMs, next ?? endMs), metres: 0 });
  }
  points.sort((a, b) => a.atMs - b.atMs);
  return (atMs) => {
    const after = points.find((p) => p.atMs >= atMs);
    const before = points.findLast((p) => p.atMs <= atMs);
    if (before === undefined) return after?.metres ?? 0;
    if (after === undefined || after.atMs === before.atMs) return before.metres;
    const share = (atMs - before.atMs) / (after.atMs - before.atMs);
    return before.metres + share * (after.metres - before.metres);
  };
}

/** A smooth random function of the place with spread 1: a sum of waves of about that length. */
function smoothField(metres: number, random: () => number): (at: number) => number {
  const waves = Array.from({ length: 8 }, () => ({
    rate: (2 * Math.PI) / (metres * between(random, 1.5, 4)),
    phase: 2 * Math.PI * random(),
  }));
  const scale = Math.sqrt(2 / waves.length);
  return (at) => scale * waves.reduce((sum, { rate, phase }) => sum + Math.sin(rate * at + phase), 0);
}
