/**
 * The place, in metres, seen from above. x along the road, y away from it.
 *
 *  y=36                                             ═══ store ═════
 *  y=31                                              bay-1   bay-2
 *  y=24.6            ───────── pump-4 ─────────▶┐     (46)    (52)
 *  y=22                    [ island B ]          │
 *  y=19.4            ───────── pump-3 ─────────▶┤
 *  y=14.6   ▲        ───────── pump-2 ─────────▶┤
 *  y=12     │              [ island A ]          │
 *  y=9.4    │        ───────── pump-1 ─────────▶┤
 *  y=4      │  ◀──────────── way out ────────────┘
 *  y=2      in ● entrance  out
 *  y=−11   ═══════════════════ road ═════════════▶ drive-bys
 *  y=−15   ◀══════════════════ road ═══════════════
 *           x=4   9   14    26             40
 */
import { type AirReceiver, distance2, type Point, type Wall } from '../radio/index.ts';

export interface PlaceLane {
  laneId: string;
  kind: 'bay' | 'pump';
  /** What is painted on it. */
  number: number;
  stop: Point;
}

export interface Place {
  lanes: readonly PlaceLane[];
  receivers: readonly AirReceiver[];
  walls: readonly Wall[];
}

/** A waypoint and how fast a careful driver goes towards it, m/s. */
export interface Waypoint extends Point {
  speed: number;
}

const north = Math.PI / 2;
const south = -Math.PI / 2;

const pumpYs = [9.4, 14.6, 19.4, 24.6];
const pumpX = 26;
const bayXs = [46, 52];
const bayY = 31;

const pumps = pumpYs.map(
  (y, index): PlaceLane => ({
    laneId: `pump-${index + 1}`,
    kind: 'pump',
    number: index + 1,
    stop: { x: pumpX, y },
  }),
);
const bays = bayXs.map(
  (x, index): PlaceLane => ({
    laneId: `bay-${index + 1}`,
    kind: 'bay',
    number: index + 1,
    stop: { x, y: bayY },
  }),
);

/** A dispenser is sheet metal, 1.2 m long and 2 m high; its two receivers sit on its two faces. */
const dispensers = [12, 22].map((y): Wall => ({ from: { x: pumpX - 0.6, y }, to: { x: pumpX + 0.6, y } }));

export const place: Place = {
  lanes: [...bays, ...pumps],
  receivers: [
    { receiverId: 'entrance', at: { x: 9, y: 2, z: 3 }, looks: null },
    ...bays.map((bay) => ({
      receiverId: bay.laneId,
      at: { x: bay.stop.x, y: 35.5, z: 2.5 },
      looks: south,
    })),
    ...pumps.map((pump, index) => ({
      receiverId: pump.laneId,
      // Odd numbers look south from their island, even ones north.
      at: { x: pumpX, y: index % 2 === 0 ? pump.stop.y + 2.3 : pump.stop.y - 2.3, z: 1.8 },
      looks: index % 2 === 0 ? south : north,
    })),
  ],
  walls: dispensers,
};

/** The jack hangs about so high above the ground, m. */
export const jackHeightM = 0.8;

const aisle = 4.5; // m/s, 16 km/h
const creep = 2; // m/s

export const roadStart: Point = { x: -60, y: -11 };

/** @throws RangeError for a lane that this place does not have. */
export function laneOf(laneId: string): PlaceLane {
  const lane = place.lanes.find((l) => l.laneId === laneId);
  if (lane === undefined) throw new RangeError(`this lot has no lane ${laneId}`);
  return lane;
}

/** From the road to where the drive forks. */
export function wayIn(): Waypoint[] {
  return [
    { x: -12, y: -11, speed: 10 },
    { x: 2, y: -7, speed: aisle },
    { x: 4, y: 1, speed: aisle },
    { x: 6, y: 7, speed: aisle },
  ];
}

/** From where the drive forks to the lane's mark; `off` moves the mark, because nobody stops exactly on it. */
export function wayToLane(lane: PlaceLane, off: Point): Waypoint[] {
  const { x, y } = lane.stop;
  const mark = { x: x + off.x, y: y + off.y, speed: creep };
  if (lane.kind === 'pump') {
    return [
      { x: 7, y: y - 3, speed: aisle },
      { x: 12, y, speed: aisle },
      { x: x - 6, y: mark.y, speed: aisle },
      mark,
    ];
  }
  return [
    { x: 16, y: 5.5, speed: aisle },
    { x: 38, y: 5.5, speed: aisle },
    { x: mark.x, y: 16, speed: aisle },
    { x: mark.x, y: y - 5, speed: aisle },
    mark,
  ];
}

/** From a place on the lot back to the road and away. Cars back out of a bay, and pull through a pump. */
export function wayOut(from: Point): { reverse: Waypoint[]; forward: Waypoint[] } {
  const bay = bays.find((b) => distance2(b.stop, from) < 4);
  const road: Waypoint[] = [
    { x: 30, y: 4, speed: aisle },
    { x: 16, y: 3, speed: aisle },
    { x: 14, y: -6, speed: aisle },
    { x: 24, y: -11, speed: 8 },
    { x: 140, y: -11, speed: 14 },
  ];
  if (bay !== undefined) {
    return {
      reverse: [{ x: from.x, y: 21, speed: creep }],
      forward: [{ x: 43, y: 12, speed: aisle }, ...road],
    };
  }
  if (from.x < 16) return { reverse: [], forward: [{ x: 12, y: 5, speed: aisle }, ...road.slice(2)] };
  return {
    reverse: [],
    forward: [{ x: 36, y: from.y, speed: aisle }, { x: 41, y: Math.min(from.y, 10), speed: aisle }, ...road],
  };
}

/** Along the road, either way, without turning in. @param speed m/s */
export function wayPast(speed: number, eastbound: boolean): { start: Point; way: Waypoint[] } {
  const y = eastbound ? -11 : -15;
  const x = eastbound ? -120 : 180;
  return { start: { x, y }, way: [{ x: eastbound ? 180 : -120, y, speed }] };
}
