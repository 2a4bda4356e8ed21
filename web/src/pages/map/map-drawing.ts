import { INK, type Scheme } from '../../charts/inks.ts';
import { NEUTRAL, scaleSteps } from '../../charts/palette.ts';
import { integer } from '../../format/numbers.ts';
import { utc } from '../../format/time.ts';
import { type MapPoint, pointAt, shareOf, spotAt, trailOf } from './map-frames.ts';

/** All that decides how frames are drawn, but for the position. */
export interface MapScene {
  readonly points: readonly MapPoint[];
  readonly block: readonly number[];
  readonly timestamp: readonly (string | null)[];
  readonly scheme: Scheme;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Canvas pixels for one of CSS. */
  readonly scale: number;
  /** By point: a colour of its own, or its place on the scale, 0 to 1. */
  readonly paint: (point: MapPoint) => string | number;
  /** What the area of a point says, 0 and up; the same for all where absent. */
  readonly area: ((point: MapPoint) => number | null) | undefined;
  readonly hidden: (point: MapPoint) => boolean;
  /** Points that stand out, with what is written beside them. */
  readonly selected: ReadonlyMap<number, string>;
  readonly only: boolean;
}

export interface MapDrawing {
  readonly draw: (pen: CanvasRenderingContext2D, position: number) => void;
  /** Index of the point at CSS pixels (x, y). */
  readonly pointAt: (x: number, y: number, position: number) => number | undefined;
}

const FONT = 'Inter, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';
const MARGIN = { left: 14, right: 14, top: 30, bottom: 12 };
/** Radii, CSS pixels, on a wide screen. */
const [SMALLEST, LARGEST] = [3.5, 15];
const WIDE = 900;
const STEPS = 64;
/** The strip of the neurons that receive no weight is this high, with its gap (`analysis/map/box.ts`). */
const STRIP = 0.075;

/** Draws the frames of the map. Colours and radii are the same in all frames, so they are made once. */
export function createMapDrawing(scene: MapScene): MapDrawing {
  const { points, scheme, scale, selected, only, width, height } = scene;
  const ink = INK[scheme];
  const plot = {
    x: MARGIN.left + LARGEST,
    y: MARGIN.top + LARGEST,
    width: Math.max(40, width - MARGIN.left - MARGIN.right - 2 * LARGEST),
    height: Math.max(40, height - MARGIN.top - MARGIN.bottom - 2 * LARGEST),
  };
  const steps = scaleSteps(STEPS, scheme);
  const colors = points.map((point) => {
    const paint = scene.paint(point);
    if (typeof paint === 'string') return paint;
    return Number.isNaN(paint)
      ? NEUTRAL[scheme]
      : (steps[Math.min(STEPS - 1, Math.floor(paint * STEPS))] ?? NEUTRAL[scheme]);
  });
  const { area } = scene;
  const largest =
    area === undefined ? 0 : points.reduce((most, point) => Math.max(most, area(point) ?? 0), 0);
  const shrink = Math.min(1, Math.max(0.55, width / WIDE));
  const radii = points.map((point) => {
    if (area === undefined) return shrink * 5;
    return shrink * (SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(shareOf(area(point), largest)));
  });
  // Large points first, so that small ones lie on them.
  const order = [...points.keys()].sort((a, b) => (radii[b] ?? 0) - (radii[a] ?? 0) || a - b);
  const shown = points.map((point, index) => (only ? selected.has(index) : !scene.hidden(point)));
  const across = (x: number) => plot.x + x * plot.width;
  const up = (y: number) => plot.y + (1 - y) * plot.height;

  return { draw, pointAt: find };

  function draw(pen: CanvasRenderingContext2D, position: number): void {
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.globalAlpha = 1;
    ground(pen, position);
    const spots = points.map((point, index) => (shown[index] === true ? spotAt(point, position) : undefined));
    for (const index of selected.keys()) trail(pen, index, position);
    pen.lineWidth = 1;
    pen.strokeStyle = ink.surface;
    for (const index of order) {
      const spot = spots[index];
      if (spot === undefined || selected.has(index)) continue;
      const weighted = points[index]?.weighted[Math.floor(position)] !== false;
      pen.globalAlpha = (selected.size > 0 ? 0.35 : 0.85) * (weighted ? 1 : 0.55);
      dot(pen, index, across(spot.x), up(spot.y));
    }
    pen.globalAlpha = 1;
    for (const [index, label] of selected) {
      const spot = spots[index];
      if (spot === undefined) continue;
      pen.strokeStyle = ink.strong;
      pen.lineWidth = 2;
      dot(pen, index, across(spot.x), up(spot.y));
      name(pen, label, across(spot.x), up(spot.y), radii[index] ?? 0);
    }
  }

  function ground(pen: CanvasRenderingContext2D, position: number): void {
    pen.fillStyle = ink.surface;
    pen.fillRect(0, 0, width, height);
    pen.strokeStyle = ink.line;
    pen.lineWidth = 1;
    pen.strokeRect(
      MARGIN.left + 0.5,
      MARGIN.top + 0.5,
      width - MARGIN.left - MARGIN.right - 1,
      height - MARGIN.top - MARGIN.bottom - 1,
    );
    pen.setLineDash([4, 4]);
    pen.beginPath();
    pen.moveTo(MARGIN.left, Math.round(up(STRIP)) - 4.5);
    pen.lineTo(width - MARGIN.right, Math.round(up(STRIP)) - 4.5);
    pen.stroke();
    pen.setLineDash([]);
    pen.font = `11px ${FONT}`;
    pen.fillStyle = ink.quiet;
    pen.textBaseline = 'alphabetic';
    pen.textAlign = 'left';
    pen.fillText('no weight received', MARGIN.left + 6, Math.round(up(STRIP)) - 9);
    const frame = Math.floor(position);
    const block = scene.block[frame];
    if (block === undefined) return;
    const time = utc(scene.timestamp[frame] ?? undefined);
    pen.font = `600 13px ${FONT}`;
    pen.textAlign = 'right';
    pen.fillText(
      `block ${integer(block)}${time === undefined ? '' : ` · ${time}`}`,
      width - MARGIN.right,
      20,
    );
    pen.textAlign = 'left';
  }

  function trail(pen: CanvasRenderingContext2D, index: number, position: number): void {
    const point = points[index];
    if (point === undefined || shown[index] !== true) return;
    pen.strokeStyle = colors[index] ?? ink.text;
    pen.lineWidth = 1.5;
    pen.globalAlpha = 0.8;
    for (const piece of trailOf(point, position)) {
      pen.beginPath();
      for (const [at, { x, y }] of piece.entries()) {
        if (at === 0) pen.moveTo(across(x), up(y));
        else pen.lineTo(across(x), up(y));
      }
      pen.stroke();
      pen.fillStyle = colors[index] ?? ink.text;
      for (const { x, y } of piece) {
        pen.beginPath();
        pen.arc(across(x), up(y), 1.8, 0, Math.PI * 2);
        pen.fill();
      }
    }
    pen.globalAlpha = 1;
  }

  /** Validators are squares: a class is never told by colour alone. */
  function dot(pen: CanvasRenderingContext2D, index: number, x: number, y: number): void {
    const radius = radii[index] ?? SMALLEST;
    pen.fillStyle = colors[index] ?? ink.text;
    pen.beginPath();
    if (points[index]?.validator === true) {
      const side = radius * 1.75;
      pen.rect(x - side / 2, y - side / 2, side, side);
    } else pen.arc(x, y, radius, 0, Math.PI * 2);
    pen.fill();
    pen.stroke();
  }

  function name(pen: CanvasRenderingContext2D, label: string, x: number, y: number, radius: number): void {
    const right = x < plot.x + plot.width * 0.75;
    pen.font = `600 12px ${FONT}`;
    pen.textBaseline = 'middle';
    pen.textAlign = right ? 'left' : 'right';
    const from = x + (right ? 1 : -1) * (radius + 5);
    pen.lineWidth = 3;
    pen.strokeStyle = ink.surface;
    pen.strokeText(label, from, y);
    pen.fillStyle = ink.strong;
    pen.fillText(label, from, y);
    pen.textAlign = 'left';
  }

  function find(x: number, y: number, position: number): number | undefined {
    const spots = points.map((point, index) => {
      const spot = shown[index] === true ? spotAt(point, position) : undefined;
      return spot === undefined ? undefined : { x: across(spot.x), y: up(spot.y) };
    });
    return pointAt(
      spots,
      { x, y },
      (a, b) => Math.hypot(a.x - b.x, a.y - b.y),
      (index) => (radii[index] ?? 0) + 4,
    );
  }
}
