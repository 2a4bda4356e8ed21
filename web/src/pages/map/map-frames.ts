import type { MapBody } from '../../api/types.ts';

export type MapPoint = MapBody['points'][number];

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/**
 * Where a point lies at a position between frames: on the straight way from one frame to the next. A point that is not in
 * the next frame stays until it, one that was not in the last appears at it; `undefined` while it is not there.
 */
export function spotAt(point: Pick<MapPoint, 'x' | 'y'>, position: number): Spot | undefined {
  const frame = Math.floor(position);
  const part = position - frame;
  const here = spotOf(point, frame);
  if (here === undefined || part === 0) return here;
  const next = spotOf(point, frame + 1);
  if (next === undefined) return here;
  return { x: here.x + (next.x - here.x) * part, y: here.y + (next.y - here.y) * part };
}

/** The way of a point over the frames up to a position, in pieces: it breaks where the point was not there. */
export function trailOf(point: Pick<MapPoint, 'x' | 'y'>, position: number): Spot[][] {
  const pieces: Spot[][] = [];
  let piece: Spot[] = [];
  for (let frame = 0; frame <= Math.floor(position); frame += 1) {
    const spot = spotOf(point, frame);
    if (spot === undefined) {
      if (piece.length > 0) pieces.push(piece);
      piece = [];
    } else piece.push(spot);
  }
  const end = position % 1 === 0 ? undefined : spotAt(point, position);
  if (end !== undefined && piece.length > 0) piece.push(end);
  if (piece.length > 0) pieces.push(piece);
  return pieces;
}

export interface Mover {
  readonly point: MapPoint;
  /** How far the weights that it receives moved in all, frame by frame added up. */
  readonly moved: number;
  /** The largest step, and the frame that it led to. */
  readonly largest: number;
  readonly largestFrame: number;
  /** Frames that it is in. */
  readonly frames: number;
}

/** Every point by how far the weights it receives moved, the most first; those that never moved are left out. */
export function movers(points: readonly MapPoint[]): Mover[] {
  return points
    .map((point) => {
      let [moved, largest, largestFrame, frames] = [0, 0, 0, 0];
      for (const [frame, x] of point.x.entries()) {
        if (x === null || x === undefined) continue;
        frames += 1;
        const step = point.moved[frame] ?? 0;
        moved += step;
        if (step > largest) [largest, largestFrame] = [step, frame];
      }
      return { point, moved, largest, largestFrame, frames };
    })
    .filter(({ moved }) => moved > 0)
    .sort((a, b) => b.moved - a.moved || a.point.uid - b.point.uid);
}

/** The point under a place of the map, 0 to 1 both ways: the nearest within `reach` of it, each with its own radius. */
export function pointAt(
  spots: readonly (Spot | undefined)[],
  at: Spot,
  distance: (spot: Spot, at: Spot) => number,
  reach: (index: number) => number,
): number | undefined {
  let best: number | undefined;
  let nearest = Number.POSITIVE_INFINITY;
  for (const [index, spot] of spots.entries()) {
    if (spot === undefined) continue;
    const away = distance(spot, at);
    if (away <= reach(index) && away < nearest) [best, nearest] = [index, away];
  }
  return best;
}

/** Share of the largest, 0 to 1; for areas, so 0 where nothing is known. */
export function shareOf(value: number | null, largest: number): number {
  return value === null || largest <= 0 ? 0 : Math.min(1, Math.max(0, value / largest));
}

function spotOf({ x, y }: Pick<MapPoint, 'x' | 'y'>, frame: number): Spot | undefined {
  const [across, up] = [x[frame], y[frame]];
  if (across === null || across === undefined || up === null || up === undefined) return undefined;
  return { x: across, y: up };
}
