/**
 * The given recordings made harder, to see what a rule owes to the runs it was shown: other transmit
 * powers, receivers, mountings, speeds, losses. Every change is drawn from a fixed seed.
 *
 *   Recording ─▶ other losses ─▶ stretch ─▶ mounting ─▶ shift, offsets, noise ─▶ floor ─▶ loss ─▶ Recording
 */

import { chosenReceivers, type Hearing, type Recording } from './recording.ts';

/**
 * Another place in the car: its body and the antenna's pattern take from, or give to, each receiver by where that
 * lies as seen from the car. The bay's end always lies ahead; the two others pass from ahead to behind, dB.
 */
export interface OtherLosses {
  end: number;
  othersInside: number;
  othersOutside: number;
}

export interface Perturbation {
  name: string;
  /** Added to every level: another transmit power, dB. */
  shiftDb?: number;
  /** Each receiver gets its own offset, drawn evenly from ± this, dB. */
  offsetsDb?: number;
  /** Share of the hearings lost, each by itself. */
  loss?: number;
  /** Standard deviation of extra noise on each hearing, dB. */
  noiseDb?: number;
  /** Time runs so much slower (> 1) or faster (< 1). */
  stretch?: number;
  /** A slower car's jack advertises the less often, so that no reading is taken twice (and none is left out of a faster one's). */
  readOnce?: boolean;
  /** A slower car's readings come twice, in the order a, b, a, as no car's do that drives: what it was before. */
  repeats?: boolean;
  /** The jack sits so far behind (< 0: ahead of) the place it had, as the time the car needs for that way, ms. */
  behindMs?: number;
  losses?: OtherLosses;
  /** Slow fading: each receiver's level wanders by this standard deviation (first-order, 2 s), dB. */
  wanderDb?: number;
  /** The recording begins so late, ms; by default with the car in the bay. */
  fromMs?: number;
  /** The jack advertises only every so many ms. */
  everyMs?: number;
}

/** Below this the receivers of the recordings hear nothing. */
const floorDbm = -95;
/** A car of the recordings stands still so long after the light barrier said it is in position. */
const stopAfterTruthMs = 1_200;

/** mulberry32: small, fast, good enough for noise; a seed gives the same sweep everywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function perturb(recording: Recording, p: Perturbation, seed: number): Recording {
  const random = randomFrom(seed);
  let result = recording;
  if (p.losses) result = otherLosses(result, p.losses);
  if (p.behindMs) result = moveJack(result, p.behindMs, random);
  if (p.stretch && p.stretch !== 1) result = stretchTime(result, p.stretch, p, random);
  const offsets = new Map<string, number>();
  const wander = new Map<string, { db: number; atMs: number }>();
  const lastSlot = new Map<string, number>();
  const hearings: Hearing[] = [];
  for (const h of result.hearings) {
    if (h.atMs < (p.fromMs ?? 0)) continue;
    let offset = offsets.get(h.receiverId);
    if (offset === undefined) {
      offset = (p.offsetsDb ?? 0) * (2 * random() - 1);
      offsets.set(h.receiverId, offset);
    }
    let db = offset + (p.shiftDb ?? 0) + (p.noiseDb ?? 0) * gaussian(random);
    if (p.wanderDb) {
      const w = wander.get(h.receiverId) ?? { db: p.wanderDb * gaussian(random), atMs: h.atMs };
      const keep = Math.exp(-(h.atMs - w.atMs) / 2_000);
      w.db = keep * w.db + Math.sqrt(1 - keep * keep) * p.wanderDb * gaussian(random);
      w.atMs = h.atMs;
      wander.set(h.receiverId, w);
      db += w.db;
    }
    if (p.everyMs) {
      const slot = Math.floor(h.atMs / p.everyMs);
      if (lastSlot.get(h.receiverId) === slot) continue;
      lastSlot.set(h.receiverId, slot);
    }
    const rssiDbm = Math.round(h.rssiDbm + db);
    if (rssiDbm <= floorDbm || random() < (p.loss ?? 0)) continue;
    hearings.push({ ...h, rssiDbm });
  }
  if (!p.fromMs) return { ...result, hearings };
  const later = (atMs: number) => atMs > (p.fromMs ?? 0);
  return {
    ...result,
    hearings,
    startMs: p.fromMs,
    startsInBay: false,
    arrivalsMs: result.arrivalsMs.filter(later),
    leavingsMs: result.leavingsMs.filter(later),
  };
}

/** So long before the light barrier says "in position" a car comes through the door, about; and so long it takes out. */
const throughDoorMs = 5_000;

function otherLosses(recording: Recording, { end, othersInside, othersOutside }: OtherLosses): Recording {
  const { arrivalsMs, leavingsMs, startsInBay } = recording;
  /** 1 = in the bay, 0 = outside of the door. */
  const inside = (atMs: number): number => {
    const comes = arrivalsMs.find(
      (t) => atMs >= t - throughDoorMs && atMs < (leavingsMs.find((l) => l > t) ?? Infinity),
    );
    if (comes !== undefined) return Math.min(1, (atMs - comes + throughDoorMs) / (throughDoorMs - 1_000));
    const left = leavingsMs.findLast((t) => atMs >= t);
    if (left === undefined) return startsInBay ? 1 : 0;
    return 1 - Math.min(1, (atMs - left) / throughDoorMs);
  };
  const hearings = recording.hearings.map((h) => {
    const share = inside(h.atMs);
    const others = othersInside * share + othersOutside * (1 - share);
    return { ...h, rssiDbm: h.rssiDbm + (h.receiverId === chosenReceivers.bayEnd ? end : others) };
  });
  return { ...recording, hearings };
}

/** So many slots away on the way a reading has nothing to do with the last ones: from this many, and up to so many more. */
const farSlots = 4;
const fartherSlots = 4;

function stretchTime(
  recording: Recording,
  factor: number,
  { readOnce, repeats }: Perturbation,
  random: () => number,
): Recording {
  const scale = (atMs: number) => Math.round(atMs * factor);
  const stops = recording.arrivalsMs.map((arrivedMs) => arrivedMs + stopAfterTruthMs);
  const turns = [...stops, ...recording.leavingsMs].map((atMs) => Math.round(atMs / 100));
  /** A slot some way off in which the car does the same: it drives, or stands. */
  const farFrom = (slot: number): number => {
    const by = (farSlots + Math.floor((fartherSlots + 1) * random())) * (random() < 0.5 ? 1 : -1);
    const turned = turns.some((turn) => slot < turn !== slot + by < turn);
    return turned ? slot - by : slot + by;
  };
  let last = -1;
  const source = (atMs: number): number => {
    // The advertising interval stays as it is. A slower car repeats no reading: the waves differ every few
    // centimetres, so where the same slot would come twice, one of its way that is none of the last ones is taken.
    let slot = Math.round(atMs / factor / 100);
    if (slot !== last) {
      last = slot;
    } else if (repeats) {
      slot += random() < 0.5 ? 1 : -1;
      last = slot;
    } else {
      slot = farFrom(slot);
    }
    return slot * 100;
  };
  return {
    ...recording,
    hearings: readOnce
      ? recording.hearings.map((h) => ({ ...h, atMs: scale(h.atMs) }))
      : resample(recording, source, scale(recording.endMs)),
    endMs: scale(recording.endMs),
    arrivalsMs: recording.arrivalsMs.map(scale),
    leavingsMs: recording.leavingsMs.map(scale),
  };
}

/**
 * A jack further back in the car passes every point later on the way in and earlier on the way out, and
 * stops short of where it stopped: the way in is delayed, frozen at the stop, and the way out advanced. One
 * further ahead is the reverse; the last of its way was never recorded, so the last second before the stop
 * and the first after it are shuffled for it.
 */
function moveJack(recording: Recording, behindMs: number, random: () => number): Recording {
  const aheadMs = Math.max(0, -behindMs);
  const stays = recording.arrivalsMs.map((arrivedMs) => ({
    stopMs: arrivedMs + stopAfterTruthMs,
    leaveMs: recording.leavingsMs.find((l) => l > arrivedMs) ?? recording.endMs,
  }));
  const first = { stopMs: recording.startMs, leaveMs: recording.leavingsMs[0] ?? recording.startMs };
  const all = recording.startsInBay ? [first, ...stays] : stays;
  const source = (atMs: number): number => {
    for (let i = 0; i < all.length; i++) {
      const stay = all[i];
      const next = all[i + 1];
      if (stay === undefined) continue;
      if (atMs < stay.stopMs) {
        const fromMs = atMs - behindMs;
        return fromMs > stay.stopMs - 200 ? stay.stopMs - 200 - 1_000 * random() : fromMs;
      }
      if (atMs < stay.leaveMs) {
        // Standing: what it heard as it stopped, then nothing new. The reading freezes as the car does.
        if (aheadMs > 0) return atMs;
        // It stood there as the recording began: how it came was never recorded, how it went was.
        return stay === first ? stay.leaveMs + behindMs : stay.stopMs - behindMs;
      }
      const turnMs = next ? (stay.leaveMs + next.stopMs) / 2 : Number.POSITIVE_INFINITY;
      if (atMs < turnMs) {
        const fromMs = atMs + behindMs;
        return fromMs < stay.leaveMs ? stay.leaveMs + 1_000 * random() : fromMs;
      }
    }
    return atMs;
  };
  return { ...recording, hearings: resample(recording, source, recording.endMs) };
}

/** A receiver that hears a car loses no more hearings than these at a time, all but always. */
const lostSlots = 5;
/** The one odd reading of the recordings (+1 dBm at `O-M`) is nothing that a car that stands there goes on to sound like. */
const oddDbm = -20;

/** Hearings every 100 ms, each taken from where `source` points in the recording; ±1 dB where it stands still. */
function resample(recording: Recording, source: (atMs: number) => number, endMs: number): Hearing[] {
  /** One hearing that is lost leaves no receiver deaf for as long as a car stands: it heard the car a moment before. */
  const standing = (slot: number): Hearing[] => {
    const heard = new Map<string, Hearing>();
    for (let back = 0; back <= lostSlots; back++) {
      for (const h of slots.get(slot - back) ?? []) {
        if (h.rssiDbm < oddDbm && !heard.has(h.receiverId)) heard.set(h.receiverId, h);
      }
    }
    return [...heard.values()];
  };
  const slots = new Map<number, Hearing[]>();
  for (const h of recording.hearings) {
    const slot = Math.round(h.atMs / 100);
    const list = slots.get(slot) ?? [];
    list.push(h);
    slots.set(slot, list);
  }
  const random = randomFrom(7);
  const hearings: Hearing[] = [];
  let lastSlot = -1;
  for (let atMs = recording.startMs; atMs <= endMs; atMs += 100) {
    const slot = Math.round(source(atMs) / 100);
    const frozen = slot === lastSlot;
    lastSlot = slot;
    for (const h of frozen ? standing(slot) : (slots.get(slot) ?? [])) {
      const rssiDbm = frozen && random() < 0.3 ? h.rssiDbm + (random() < 0.5 ? 1 : -1) : h.rssiDbm;
      hearings.push({ ...h, atMs, rssiDbm });
    }
  }
  return hearings;
}

/** What the sweep goes through, one table row each. */
export const perturbations: readonly Perturbation[] = [
  { name: 'as recorded' },
  { name: 'power −10 dB', shiftDb: -10 },
  { name: 'power −5 dB', shiftDb: -5 },
  { name: 'power +5 dB', shiftDb: 5 },
  { name: 'power +10 dB', shiftDb: 10 },
  { name: 'receivers ±4 dB', offsetsDb: 4 },
  { name: 'loss 20 %', loss: 0.2 },
  { name: 'loss 40 %', loss: 0.4 },
  { name: 'noise 1 dB', noiseDb: 1 },
  { name: 'noise 2 dB', noiseDb: 2 },
  { name: 'noise 3 dB', noiseDb: 3 },
  { name: 'slow fading 3 dB', wanderDb: 3 },
  { name: 'faster ×0.7', stretch: 0.7 },
  { name: 'slower ×1.4', stretch: 1.4 },
  { name: 'slower ×1.4, readings twice', stretch: 1.4, repeats: true },
  { name: 'slower ×1.4, no reading twice', stretch: 1.4, readOnce: true },
  { name: 'jack 0.5 s further back', behindMs: 500 },
  { name: 'jack 1 s further back', behindMs: 1_000 },
  { name: 'jack 2 s further back', behindMs: 2_000 },
  { name: 'jack 3 s further back', behindMs: 3_000 },
  { name: 'jack 1 s further ahead', behindMs: -1_000 },
  { name: 'jack 1 s ahead, slower', behindMs: -1_000, stretch: 1.2 },
  { name: 'jack 2 s back, receivers ±4 dB', behindMs: 2_000, offsetsDb: 4 },
  { name: "bay's end −5 dB", losses: { end: -5, othersInside: 0, othersOutside: 0 } },
  { name: "bay's end −10 dB", losses: { end: -10, othersInside: 0, othersOutside: 0 } },
  {
    name: "bay's end −10 dB, 2 s back",
    losses: { end: -10, othersInside: 0, othersOutside: 0 },
    behindMs: 2_000,
  },
  { name: 'body: −5, +5 in, −5 out', losses: { end: -5, othersInside: 5, othersOutside: -5 } },
  {
    name: 'body: −5, +5 in, −5 out, 2 s back',
    losses: { end: -5, othersInside: 5, othersOutside: -5 },
    behindMs: 2_000,
  },
  { name: 'body: −8, +5 in, −3 out', losses: { end: -8, othersInside: 5, othersOutside: -3 } },
  { name: 'body: +10, −8 in, +5 out', losses: { end: 10, othersInside: -8, othersOutside: 5 } },
  { name: 'begins outside', fromMs: 52_000 },
  { name: 'advertising every 300 ms', everyMs: 300 },
  { name: 'advertising every 1 s', everyMs: 1_000 },
  { name: 'all: −6 dB, ±4 dB, loss 20 %, noise 1 dB', shiftDb: -6, offsetsDb: 4, loss: 0.2, noiseDb: 1 },
  {
    name: 'all, slower, 1 s back',
    shiftDb: 4,
    offsetsDb: 4,
    loss: 0.2,
    noiseDb: 1,
    stretch: 1.4,
    behindMs: 1_000,
  },
  { name: 'all, faster', shiftDb: -4, offsetsDb: 4, loss: 0.3, noiseDb: 1.5, stretch: 0.7 },
];
