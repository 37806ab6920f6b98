/** Places in metres: x along the road, y away from it, z up. Headings in radians, 0 along x. */
export interface Point {
  x: number;
  y: number;
}

export interface Place3 extends Point {
  z: number;
}

export function distance3(a: Place3, b: Place3): number {
  return Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);
}

export function distance2(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Angle between a heading and the direction to a place, 0 (straight ahead) to π (behind). */
export function angleOff(heading: number, from: Point, to: Point): number {
  const bearing = Math.atan2(to.y - from.y, to.x - from.x);
  const off = Math.abs(bearing - heading) % (2 * Math.PI);
  return off > Math.PI ? 2 * Math.PI - off : off;
}

/** An upright obstacle seen from above: a line that radio has to pass through. */
export interface Wall {
  from: Point;
  to: Point;
}

/** Does the straight way from a to b cross the wall? */
export function crosses(a: Point, b: Point, wall: Wall): boolean {
  const side = (p: Point, q: Point, r: Point) => (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  return (
    side(a, b, wall.from) * side(a, b, wall.to) < 0 &&
    side(wall.from, wall.to, a) * side(wall.from, wall.to, b) < 0
  );
}
