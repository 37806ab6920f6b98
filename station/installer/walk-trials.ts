/**
 * What may be expected of lanes that were walked: each stand played again and again, every time as another car.
 *
 *   stand (walk-stands.ts) ─▶ disturbed ─▶ a PresenceEngine that was taught by the walk ─▶ asked at the end of the stand
 *
 *   missed      not judged as arrived while it stands
 *   wrongLane   arrived, another lane named
 *   unsure      arrived, said as "Bay 1 or 2"
 *   false       judged as arrived on its way, sooner than it can have come into its lane
 *
 * Each car casts its own shadow on the way to each receiver, drawn anew for each stand: as much as made of it what
 * then came on simulated sites (`npm run bench -- walk`). It is less than cars differ there (3.5 dB, radio-model.ts): the walk's
 * own car has its part of that in the trace already. Another power is the same at all receivers and falls out where they
 * are compared; a limit is set by this one car, and others are louder or fainter.
 * The engine is the very one that judges the live radio.
 */
import type { BeaconCode } from '../../shared/domain/index.ts';
import type { WalkShares } from '../../shared/station-contract/index.ts';
import { type LaneSettings, PresenceEngine } from '../presence/index.ts';
import { breathe } from './pause.ts';
import type { Lesson } from './walk-lessons.ts';
import { type Stand, walkTimes } from './walk-stands.ts';

export const trialsPerStand = 20;

const disturbance = {
  /** At all receivers alike where the lane has a limit: that is a level of this one car, and two cars differ by √2 × 4.4 dB, standard deviation. */
  limitedPowerDb: 6,
  /** At each receiver by itself, dB, standard deviation; by √n less in a lane with n stands, which differ already. */
  shadowDb: 2.5,
  /** Hearings that are lost besides those that the walk lost, at most. */
  lossShare: 0.05,
  /** Nobody hears less than that, or less than the quietest that this walk heard, dBm. */
  quietestDbm: -95,
};
const tickMs = 500;
/** The engine runs for so long before the car comes: it is none that was there before. */
const runsBeforeMs = 120_000;

/** As a whole, and by lane. */
export interface Expected {
  shares: Required<WalkShares>;
  lanes: Map<string, Required<WalkShares>>;
}

type Counts = Required<WalkShares>;
const none = (): Counts => ({ missed: 0, wrongLane: 0, unsure: 0, false: 0 });

export async function expectOf(
  code: BeaconCode,
  stands: readonly Stand[],
  lanes: readonly LaneSettings[],
  lessons: readonly Lesson[],
): Promise<Expected> {
  const quietestDbm = stands.reduce(
    (quietest, { heard }) => heard.reduce((least, { rssiDbm }) => Math.min(least, rssiDbm), quietest),
    disturbance.quietestDbm,
  );
  const hasLimit = new Set(
    lanes
      .filter(({ receivers }) => receivers.some(({ enterDbm }) => enterDbm !== undefined))
      .map(({ laneId }) => laneId),
  );
  const newEngine = () => {
    const engine = new PresenceEngine({ lanes: lanes.map((lane) => ({ ...lane })) });
    for (const { laneId, levels, lesson } of lessons) engine.teach(laneId, levels, lesson);
    return engine;
  };
  const all = none();
  const byLane = new Map<string, { counts: Counts; stands: number }>();
  for (const stand of stands) {
    const lane = byLane.get(stand.laneId) ?? { counts: none(), stands: 0 };
    byLane.set(stand.laneId, lane);
    lane.stands += 1;
  }
  for (let trial = 1; trial <= trialsPerStand; trial++) {
    const random = randomOf(trial);
    for (const stand of stands) {
      const spreadDb = hasLimit.has(stand.laneId) ? disturbance.limitedPowerDb : 0;
      const shadowDb = disturbance.shadowDb / Math.sqrt(byLane.get(stand.laneId)?.stands ?? 1);
      const { judged, early } = play(newEngine(), code, stand, { spreadDb, shadowDb, quietestDbm, random });
      for (const counts of [all, byLane.get(stand.laneId)?.counts ?? none()]) {
        if (judged !== 'right') counts[judged] += 1;
        if (early) counts.false += 1;
      }
      // After each: a walk of sixty stands must not keep a tap waiting at some counter.
      await breathe();
    }
  }
  return {
    shares: sharesOf(all, stands.length),
    lanes: new Map([...byLane].map(([laneId, lane]) => [laneId, sharesOf(lane.counts, lane.stands)])),
  };
}

function sharesOf(counts: Counts, stands: number): Counts {
  const share = (count: number) => count / Math.max(1, stands * trialsPerStand);
  const { missed, wrongLane, unsure, false: early } = counts;
  return { missed: share(missed), wrongLane: share(wrongLane), unsure: share(unsure), false: share(early) };
}

/** One stand as one more car. */
function play(
  engine: PresenceEngine,
  code: BeaconCode,
  { laneId, heard, markAtMs, endMs }: Stand,
  {
    spreadDb,
    shadowDb,
    quietestDbm,
    random,
  }: { spreadDb: number; shadowDb: number; quietestDbm: number; random: () => number },
): { judged: 'right' | 'missed' | 'wrongLane' | 'unsure'; early: boolean } {
  const powerDb = normal(random) * spreadDb;
  const lossShare = random() * disturbance.lossShare;
  const shadows = new Map<string, number>();
  let early = false;
  const note = (changes: ReturnType<PresenceEngine['tick']>) => {
    for (const { state, atMs } of changes) {
      if (state !== 'arrived') continue;
      if (atMs < markAtMs - walkTimes.standsBeforeMs - walkTimes.creepsMs) early = true;
    }
  };
  let tickAtMs = (heard[0]?.atMs ?? markAtMs) + tickMs;
  engine.tick(tickAtMs - runsBeforeMs);
  for (const { receiverId, rssiDbm, atMs } of heard) {
    for (; tickAtMs <= atMs; tickAtMs += tickMs) note(engine.tick(tickAtMs));
    const ownDb = shadows.get(receiverId) ?? normal(random) * shadowDb;
    shadows.set(receiverId, ownDb);
    const disturbedDbm = rssiDbm + powerDb + ownDb;
    if (random() < lossShare || disturbedDbm < quietestDbm) continue;
    note(engine.sighting({ code, receiverId, rssiDbm: disturbedDbm, atMs }));
  }
  for (; tickAtMs <= endMs; tickAtMs += tickMs) note(engine.tick(tickAtMs));
  const now = engine.explain(code);
  if (now === null || (now.state !== 'arrived' && now.state !== 'parked')) return { judged: 'missed', early };
  if (now.laneId === null) return { judged: 'unsure', early };
  return { judged: now.laneId === laneId ? 'right' : 'wrongLane', early };
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** mulberry32: the same trace gives the same report. */
function randomOf(seed: number): () => number {
  let state = seed * 0x9e3779b1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
